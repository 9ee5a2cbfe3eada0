import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTokenIssuer } from "./token-issuer.ts";

const folder = mkdtempSync(join(tmpdir(), "issuer-"));
const keysFile = join(folder, "issuer", "keys.json");
const issuer = openTokenIssuer(keysFile);
afterAll(() => rmSync(folder, { recursive: true }));

const published = () => JSON.parse(readFileSync(keysFile, "utf8"));
const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());

test("a token says what GitHub's say, and the published key verifies it", () => {
  const token = issuer.token({ subject: "repo:acme/shop:environment:staging", claims: { ref: "refs/heads/main" } });
  const [head, body, signature = ""] = token.split(".");
  const { issuer: name, keys } = published();
  expect(part(token, 0)).toEqual({ alg: "RS256", typ: "JWT", kid: keys[0].kid });
  const claims = part(token, 1);
  expect(claims).toMatchObject({
    iss: name,
    sub: "repo:acme/shop:environment:staging",
    aud: "sts.amazonaws.com",
    ref: "refs/heads/main",
  });
  expect(claims.exp - claims.iat).toBe(300);
  const key = createPublicKey({ key: keys[0], format: "jwk" });
  expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
});

test("the key stays the same, and its private half is the owner's to read", () => {
  const before = published();
  openTokenIssuer(keysFile);
  expect(published()).toEqual(before);
  expect(JSON.stringify(before)).not.toContain('"d"');
  expect(statSync(`${keysFile}.private.pem`).mode & 0o777).toBe(0o600);
});

test("a token can be one that has expired", () => {
  expect(part(issuer.token({ subject: "x", seconds: -60 }), 1).exp).toBeLessThan(Date.now() / 1000 - 50);
});
