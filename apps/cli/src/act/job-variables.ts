import { delimiter, join } from "node:path";

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables of the caller that jobs keep: network, Docker and paths of tools. */
const kept =
  /^(PATH|LANG|LC_ALL|TZ|TMPDIR|DOCKER_HOST|DOCKER_CERT_PATH|DOCKER_TLS_VERIFY|TERRAFORM_BIN|SLIPWAY_PROVIDER_MIRROR|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|(HTTPS?|NO|ALL)_PROXY|npm_config_registry)$/i;

export interface JobSettings {
  /** Root folder of the repository that this program is of. */
  readonly root: string;
  /** Folder of the run, which becomes the jobs' home. */
  readonly folder: string;
  readonly endpoint: string;
  /** Path of the real bash. */
  readonly bash: string;
  /** Terraform's configuration: where providers come from. */
  readonly cliConfiguration: string;
}

/** Environment variables of act and its jobs, without the caller's AWS, git, npm or docker settings. */
export function jobVariables(caller: Variables, settings: JobSettings): Readonly<Record<string, string>> {
  const { root, folder, endpoint, cliConfiguration } = settings;
  const own = Object.entries(caller).filter(
    (entry): entry is [string, string] => kept.test(entry[0]) && entry[1] !== undefined,
  );
  const direct = [caller.NO_PROXY ?? caller.no_proxy, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return {
    ...Object.fromEntries(own),
    // The `npm` in this folder replaces `npm ci`: it links the installed packages if the lock file is the same.
    PATH: [join(root, "apps/cli/act-runner/bin"), caller.PATH ?? ""].join(delimiter),
    LOCAL_RUNNER_ROOT: root,
    LOCAL_RUNNER_BASH: settings.bash,
    HOME: join(folder, "home"),
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_CONFIG_HOME: join(folder, "config"),
    // act runs jobs with a terminal, unlike GitHub, so prompts and pagers are disabled.
    TERM: "dumb",
    NO_COLOR: "1",
    GIT_PAGER: "cat",
    PAGER: "cat",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    TF_CLI_CONFIG_FILE: cliConfiguration,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NO_PROXY: direct,
    no_proxy: direct,
  };
}
