import type { Variables } from "@slipway/core";

// biome-ignore lint/style/noProcessEnv: tests against the real engine take PATH and endpoint from whoever runs them.
const given: Variables = process.env;

/** Variables of the local AWS that `npm test` started (SLIPWAY_TEST_ENDPOINT), or of another (AWS_ENDPOINT_URL). */
export function localVariables(account: string, region: string): Variables {
  const endpoint = given.SLIPWAY_TEST_ENDPOINT || given.AWS_ENDPOINT_URL;
  if (!endpoint) throw new Error("SLIPWAY_TEST_ENDPOINT must name a local AWS; run `npm test`, which starts one.");
  return {
    ...given,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
