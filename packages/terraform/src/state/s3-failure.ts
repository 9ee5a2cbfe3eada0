import { EngineError } from "../engine-error.ts";
import type { Backend } from "../stack.ts";

type S3Backend = Extract<Backend, { type: "s3" }>;

const actions = { read: "s3:GetObject", write: "s3:PutObject", remove: "s3:DeleteObject" } as const;

/** Turns what S3 refused into one sentence with the remedy. */
export function s3Failure(error: Error, backend: S3Backend, verb: keyof typeof actions, key: string): EngineError {
  const { bucket, region } = backend;
  const said = `S3 said: ${error.name}: ${error.message}`;
  return new EngineError(...sentence(), { reason: "state-unreachable", cause: error });

  function sentence(): [what: string, next: string] {
    const environment = backend.key.split("/")[0];
    switch (error.name) {
      case "NoSuchBucket":
        return [`state bucket (${bucket}) must exist`, `make it with \`npm run bootstrap -- ${environment}\``];
      case "PermanentRedirect":
      case "AuthorizationHeaderMalformed":
      case "IllegalLocationConstraintException":
        return [
          `state bucket (${bucket}) must lie in ${region} (${said})`,
          "correct the region or the bucket's name where the environment is described",
        ];
      case "AccessDenied":
      case "Forbidden":
      case "AllAccessDisabled":
        return [
          `${key} in state bucket ${bucket} must be open to these credentials (${said})`,
          `allow them ${actions[verb]} on it and s3:ListBucket on the bucket, or sign in to the account that owns it`,
        ];
      case "CredentialsProviderError":
      case "ExpiredToken":
      case "InvalidAccessKeyId":
      case "SignatureDoesNotMatch":
        return [`credentials for state bucket ${bucket} must be accepted (${said})`, "sign in again"];
      default:
        return [
          `${key} in state bucket ${bucket} must be reachable to ${verb} it (${error.name}: ${error.message})`,
          "check the network, then run the same command again",
        ];
    }
  }
}
