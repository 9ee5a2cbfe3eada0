import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** `iss` of GitHub's OIDC tokens. */
export const githubIssuer = "https://token.actions.githubusercontent.com";

export interface TokenRequest {
  /** `sub`, such as `repo:acme/shop:environment:staging`. */
  readonly subject: string;
  /** @default "sts.amazonaws.com" */
  readonly audience?: string;
  /** Seconds until it expires; a negative number makes an expired token. @default 300 */
  readonly seconds?: number;
  /** More of what GitHub says of a job, such as `repository` and `ref`. */
  readonly claims?: Readonly<Record<string, string>>;
}

interface TokenIssuer {
  /** Signs a token as GitHub's issuer does: RS256, with the id of its key. */
  readonly token: (request: TokenRequest) => string;
  /** The same for claims that say everything but issuer and times (`sub`, `aud` among them). */
  readonly sign: (claims: Readonly<Record<string, unknown>>, seconds?: number) => string;
}

/**
 * Issues OIDC tokens like GitHub's, signed with a local key. The public key is written to `keysFile`, which the local AWS reads
 * by SLIPWAY_ISSUER; the private key is stored beside it. Both are created once.
 */
export function openTokenIssuer(keysFile: string): TokenIssuer {
  const key = privateKey(keysFile);
  const { n, e } = createPublicKey(key).export({ format: "jwk" });
  const kid = `local-${n?.slice(0, 16)}`;
  const keys = [{ kty: "RSA", use: "sig", alg: "RS256", kid, n, e }];
  writeFileSync(keysFile, `${JSON.stringify({ issuer: githubIssuer, keys })}\n`);
  const signWith: TokenIssuer["sign"] = (claims, seconds = 300) => signed(key, kid, claims, seconds);
  return {
    sign: signWith,
    token: ({ subject, audience = "sts.amazonaws.com", seconds, claims }) =>
      signWith({ ...claims, sub: subject, aud: audience }, seconds),
  };
}

function privateKey(keysFile: string): KeyObject {
  const file = `${keysFile}.private.pem`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const { privateKey: made } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(file, made.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return made;
}

function signed(key: KeyObject, kid: string, claims: Readonly<Record<string, unknown>>, seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const issued = Math.min(now, now + seconds - 1);
  const header = { alg: "RS256", typ: "JWT", kid };
  const payload = {
    ...claims,
    iss: githubIssuer,
    iat: issued,
    nbf: issued,
    exp: now + seconds,
    jti: randomUUID(),
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

export interface RoleRequest {
  readonly endpoint: string;
  readonly region: string;
  readonly roleArn: string;
  /** `sub` of the job's token. */
  readonly subject: string;
  readonly issuer: TokenIssuer;
}

/** Environment variables with the credentials of a role that is assumed with an OIDC token of `subject`. */
export async function roleCredentials(request: RoleRequest): Promise<Readonly<Record<string, string>>> {
  const { endpoint, region, roleArn, subject, issuer } = request;
  // AssumeRoleWithWebIdentity is an unsigned call; the token is the only credential.
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId: "none", secretAccessKey: "none" } });
  const { Credentials: given } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: "job",
      WebIdentityToken: issuer.token({ subject }),
    }),
  );
  return {
    AWS_ACCESS_KEY_ID: given?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey ?? "",
    AWS_SESSION_TOKEN: given?.SessionToken ?? "",
  };
}
