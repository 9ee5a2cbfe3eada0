type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Environment variables for clients of the local AWS: those of the caller without AWS settings, so that no real credentials
 * or endpoints are used.
 */
export function localVariables(
  caller: Variables,
  local: { endpoint: string; account: string; region: string },
): Variables {
  const kept = Object.entries(caller).filter(([name]) => !/^AWS_|^TF_(WORKSPACE|DATA_DIR|VAR_|CLI_ARGS)/.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: local.endpoint,
    // An access key of twelve digits selects the account.
    AWS_ACCESS_KEY_ID: local.account,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_REGION: local.region,
    AWS_DEFAULT_REGION: local.region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NO_PROXY: [caller.NO_PROXY ?? caller.no_proxy, "127.0.0.1", "localhost"].filter(Boolean).join(","),
    no_proxy: [caller.no_proxy ?? caller.NO_PROXY, "127.0.0.1", "localhost"].filter(Boolean).join(","),
  };
}
