const begin =
  "  # One job for each service, in the order of environments.ts: rendered from it, as the test of workflows says.\n";
const end = "  # Here ends what is rendered.\n";

/** Puts one job for each service between the two lines that mark them; a text without such lines stays as it is. */
export function renderServiceJobs(text: string, services: readonly string[]): string {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) return text;
  const jobs = services.map((service, index) => serviceJob(service, services.slice(0, index)));
  const head = text.slice(0, start + begin.length);
  return `${head}${jobs.join("\n")}\n${all(services)}${text.slice(stop)}`;
}

/** Static files are published first; without a static site that job is skipped, which is no failure. */
const needs = (services: readonly string[]) => ["apply", "publish-static", ...services.map(jobId)].join(", ");
const jobId = (service: string) => `service-${service}`;
const nobodyFailed = "!contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')";

/** A service is deployed when those before it are; an environment that lacks it skips its job. */
function serviceJob(service: string, before: readonly string[]): string {
  return `  ${jobId(service)}:
    name: Service ${service}
    needs: [${needs(before)}]
    if: >-
      !cancelled() && needs.apply.outputs.applied == 'true' && inputs.image-uri != '' &&
      contains(fromJSON(needs.apply.outputs.services), '${service}') &&
      ${nobodyFailed}
    permissions:
      contents: read # checkout
      id-token: write # taking the deploy role
      pull-requests: write # saying what became of the deployment
    uses: ./.github/workflows/deploy-service.yml
    with:
      environment: \${{ inputs.environment }}
      service: ${service}
      image-uri: \${{ inputs.image-uri }}
      digest: \${{ inputs.digest }}
      pr-number: \${{ needs.apply.outputs.pr-number }}
`;
}

function all(services: readonly string[]): string {
  return `  deployed:
    name: All services run it
    needs: [${needs(services)}]
    if: >-
      !cancelled() && needs.apply.outputs.applied == 'true' && inputs.image-uri != '' &&
      ${nobodyFailed}
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    outputs:
      deployed: \${{ steps.all.outputs.deployed }}
    steps:
      - id: all
        run: echo "deployed=true" >> "$GITHUB_OUTPUT"
`;
}
