import { s3Failure } from "./s3-store.ts";

const backend = { type: "s3", bucket: "states", key: "staging/network.tfstate", region: "eu-west-1" } as const;
const sentence = (name: string) =>
  s3Failure(Object.assign(new Error("no"), { name }), backend, "read", "staging/network.applied.json").message;

test.each([
  ["NoSuchBucket", "state bucket (states) must exist; make it with `npm run bootstrap -- staging`."],
  ["PermanentRedirect", /^state bucket \(states\) must lie in eu-west-1 \(S3 said: PermanentRedirect: no\); correct/],
  [
    "AccessDenied",
    /^staging\/network\.applied\.json in state bucket states must be open .* s3:GetObject .* s3:ListBucket/,
  ],
  ["ExpiredToken", /^credentials for state bucket states must be accepted .*; sign in again\.$/],
  ["TimeoutError", /^staging\/network\.applied\.json in state bucket states must be reachable to read it/],
])("%s is one sentence with the remedy", (name, expected) => {
  expect(sentence(name)).toMatch(expected);
});
