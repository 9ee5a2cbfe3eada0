/** Options of every AWS client here. Endpoint, region and credentials come from the SDK's own switches. */
export const clientOptions = {
  retryMode: "adaptive",
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;

export interface AwsClientConfig {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Settings for an AWS client from the same variables that Terraform gets; what they leave out, the SDK finds as usual. */
export function awsClientConfig(variables: Variables): AwsClientConfig {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables;
  const region = variables.AWS_REGION || variables.AWS_DEFAULT_REGION;
  return {
    ...(region ? { region } : {}),
    ...(variables.AWS_ENDPOINT_URL ? { endpoint: variables.AWS_ENDPOINT_URL } : {}),
    ...(id && secret
      ? { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } }
      : {}),
  };
}

/** Environment variables as the caller chose them; the engine itself never reads those of its process. */
export type Variables = Readonly<Record<string, string | undefined>>;
