import { delegationExitCode } from "@slipway/domains";
import { environment, environmentKeys } from "@slipway/infra";
import { thisHost } from "@slipway/local-aws";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { Finding } from "../doctor/checks.ts";
import { examine, requiredChecks, showFindings } from "../doctor/doctor.ts";
import { checkDomains } from "../doctor/domains.ts";
import { checkRoles, roleReads } from "../doctor/roles.ts";
import { openDomainReport } from "../environment/domain.ts";
import { runCommand } from "./run-command.ts";

export function doctorCommand(root: string): Command {
  return new Command("doctor")
    .description(
      "look at the repository's settings on GitHub that the workflows need (GITHUB_TOKEN), and with credentials of an account at its roles",
    )
    .action(() => runCommand({ name: "doctor", root, work: doctor }));
}

const isBad = ({ state }: Finding) => state === "bad";

/** `npm run doctor`: checks the repository's settings on GitHub that the workflows need. */
async function doctor(context: CommandContext): Promise<void> {
  const { home, print } = context;
  const remote = environmentKeys.map((key) => environment(key)).filter(({ stateBucket }) => stateBucket !== undefined);
  const { owner = "", name = "", ownerId = "", id = "", branch = "main" } = remote[0]?.github ?? {};
  const reads = roleReads(home.variables);
  const settings = await examine({
    root: home.root,
    host: thisHost(home.variables),
    expected: {
      ownerId,
      id,
      branch,
      environments: remote.map(({ key }) => key),
      checks: requiredChecks(home.root, `${owner}/${name}`),
    },
  });
  const ofRepository = [...settings, ...(reads === undefined ? [] : await checkRoles(remote, reads))];
  const ofDomains = await checkDomains(remote, {
    account: async () => reads?.account(),
    ask: (key) => openDomainReport(context, environment(key), home.variables),
  });
  print(showFindings([...ofRepository, ...ofDomains]).join("\n"));
  if (ofRepository.some(isBad)) process.exitCode = 1;
  else if (ofDomains.some(isBad)) process.exitCode = delegationExitCode;
}
