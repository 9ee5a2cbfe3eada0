import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

// Copied out of the repository when it runs: Node's own modules only.
const { env } = process;

function fail(sentence) {
  console.log(`::error::${sentence}`);
  // act does not read what is still on its way when a process fails.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  process.exit(1);
}

/** The token of this very job. act knows no jobs' tokens, so the runner reads in act's log which job asks. */
async function idToken() {
  const url = env.ACTIONS_ID_TOKEN_REQUEST_URL;
  if (!url)
    fail("Credentials could not be loaded, please check your action inputs: Did you mean to set `id-token: write`?");
  const question = randomUUID();
  console.log(`asks for an identity token (${question})`);
  const answer = await fetch(`${url}&audience=${encodeURIComponent(env.AUDIENCE)}&question=${question}`, {
    headers: { authorization: `bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
  const { value, message } = await answer.json();
  if (!value) fail(`Could not get an identity token: ${message}`);
  return value;
}

async function assumeRole(token) {
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: env.ROLE,
    RoleSessionName: env.SESSION,
    DurationSeconds: env.DURATION,
    WebIdentityToken: token,
  });
  const endpoint = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL;
  const answer = await fetch(endpoint, { method: "POST", body });
  const text = await answer.text();
  if (!answer.ok) {
    const said = /<Message>([^<]*)</.exec(text)?.[1] ?? text.slice(0, 300);
    fail(`Could not assume role (${env.ROLE}) with OIDC: ${said}`);
  }
  const field = (name) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? fail(`sts answered without ${name}.`);
  return {
    arn: field("Arn"),
    AWS_ACCESS_KEY_ID: field("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: field("SecretAccessKey"),
    AWS_SESSION_TOKEN: field("SessionToken"),
  };
}

if (!/^arn:aws:iam::\d{12}:role\/\S+$/.test(env.ROLE)) fail(`role-to-assume (${env.ROLE}) must be the ARN of a role.`);
const { arn, ...credentials } = await assumeRole(await idToken());
for (const value of Object.values(credentials)) console.log(`::add-mask::${value}`);
const account = arn.split(":")[4];
const allowed = env.ACCOUNTS.split(",")
  .map((id) => id.trim())
  .filter((id) => id !== "");
if (allowed.length > 0 && !allowed.includes(account)) {
  fail(
    `The account ID of the provided credentials (${account}) does not match any of the expected account IDs: ${allowed.join(", ")}`,
  );
}
if (env.MASK_ACCOUNT === "true") console.log(`::add-mask::${account}`);
const exported = { ...credentials, AWS_REGION: env.REGION, AWS_DEFAULT_REGION: env.REGION };
appendFileSync(
  env.GITHUB_ENV,
  Object.entries(exported)
    .map(([name, value]) => `${name}=${value}\n`)
    .join(""),
);
appendFileSync(env.GITHUB_OUTPUT, `aws-account-id=${account}\nauthenticated-arn=${arn}\n`);
console.log(`Authenticated as ${arn}`);
