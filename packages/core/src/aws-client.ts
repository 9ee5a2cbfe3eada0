/** Options of every AWS client here. Endpoint, region and credentials come from the SDK's own switches. */
export const clientOptions = {
  retryMode: "adaptive",
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
} as const;
