import { readFileSync, writeFileSync } from "node:fs";
import * as s3 from "@aws-sdk/client-s3";

// The AWS CLI that GitHub's runners have, as far as our scripts call it: `aws s3api`, answered by the SDK.
const [service, operation = "", ...rest] = process.argv.slice(2);
const commands = {
  "get-object": s3.GetObjectCommand,
  "list-objects-v2": s3.ListObjectsV2Command,
  "put-object": s3.PutObjectCommand,
};
const Command = commands[operation];
if (service !== "s3api" || Command === undefined) {
  console.error(
    `aws ${service} ${operation} must be one of s3api ${Object.keys(commands).join(", ")}; a local run knows no other.`,
  );
  process.exit(252);
}

const input = {};
let file;
while (rest.length > 0) {
  const [word = ""] = rest.splice(0, 1);
  if (!word.startsWith("--")) file = word;
  else {
    const name = word.slice(2).replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());
    [input[name]] = rest.splice(0, 1);
  }
}
delete input.Output;
if (input.Body !== undefined) input.Body = readFileSync(input.Body);
const client = new s3.S3Client({ forcePathStyle: true });
try {
  const found = await client.send(new Command(input));
  if (file !== undefined) writeFileSync(file, await found.Body.transformToByteArray());
  // As the CLI does, all pages in one.
  for (let last = found; last.IsTruncated; ) {
    last = await client.send(new Command({ ...input, ContinuationToken: last.NextContinuationToken }));
    found.Contents.push(...(last.Contents ?? []));
  }
  const { Body: _, $metadata: __, ...shown } = found;
  console.log(JSON.stringify(shown));
} catch (error) {
  console.error(`An error occurred (${error.name}) when calling the ${operation} operation: ${error.message}`);
  process.exitCode = 254;
}
