import { environment, environmentKeys } from "@slipway/infra";
import { thisHost } from "@slipway/local-aws";
import type { CommandContext } from "../command-context.ts";
import { examine, showFindings } from "../doctor/doctor.ts";

/** `npm run doctor`: checks the repository's settings on GitHub that the workflows need. */
export async function doctor({ home, print }: CommandContext): Promise<void> {
  const remote = environmentKeys.map((key) => environment(key)).filter(({ stateBucket }) => stateBucket !== undefined);
  const { ownerId = "", id = "" } = remote[0]?.github ?? {};
  const findings = await examine({
    root: home.root,
    host: thisHost(home.variables),
    expected: { ownerId, id, environments: remote.map(({ key }) => key), check: "Test" },
  });
  print(showFindings(findings).join("\n"));
  if (findings.some(({ state }) => state === "bad")) process.exitCode = 1;
}
