/** Address of the run, from the runner's variables; undefined outside of one. */
export function runUrl(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const {
    GITHUB_SERVER_URL: server = "https://github.com",
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: id,
  } = variables;
  return repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}
