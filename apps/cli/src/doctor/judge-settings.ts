import type { Asked } from "./asked.ts";
import { judgeEnvironments } from "./checks.ts";
import type { Finding } from "./finding.ts";
import { judgeMain } from "./judge-main.ts";
import type { RepositorySettings } from "./settings.ts";

export interface Expected {
  /** Numbers of owner and repository, as `environments.ts` has them. */
  readonly ownerId: string;
  readonly id: string;
  /** Keys of the environments that workflows apply to. */
  readonly environments: readonly string[];
  /** Name of the check that every pull request must pass. */
  readonly check: string;
}

/** Holds what is set up against what the workflows rely on. */
export function judgeSettings(settings: RepositorySettings, expected: Expected): readonly Finding[] {
  const { repository, mainRules, tagRules, token, defaultSubject, ownerErrors, labels } = settings;
  return [
    judge(repository, "numbers of the repository", ({ id, ownerId }) =>
      id === expected.id && ownerId === expected.ownerId
        ? good(`the roles trust this very repository (${ownerId}/${id})`)
        : bad(
            `github in environments.ts (${expected.ownerId}/${expected.id}) must be the numbers of this repository, ${ownerId}/${id}`,
            "correct ownerId and id there, then run bootstrap of each environment again",
          ),
    ),
    judge(repository, "default branch", ({ defaultBranch }) =>
      defaultBranch === "main"
        ? good("main is the default branch")
        : bad(`the default branch (${defaultBranch}) must be main`, "Settings → General → Default branch"),
    ),
    judge(mainRules, "protection of main", (rules) => judgeMain(rules, expected.check)),
    judge(tagRules, "protection of release tags", (all) =>
      all.some(
        ({ refs, types }) => refs.some(isOfReleases) && ["update", "deletion"].every((type) => types.includes(type)),
      )
        ? good("release tags can be neither moved nor deleted")
        : bad(
            "tags v* must be protected against updates and deletion: others pin them",
            "Settings → Rules → New tag ruleset: target v*, restrict updates and deletions",
          ),
    ),
    ...judgeEnvironments(settings, expected.environments),
    judge(token, "default token of Actions", ({ write, mayApprove }) =>
      write || mayApprove
        ? bad(
            `the default token of Actions (${write ? "writes" : "reads"}${mayApprove ? ", may approve pull requests" : ""}) must only read, and approve nothing`,
            "Settings → Actions → General → Workflow permissions",
          )
        : good("the default token of Actions only reads"),
    ),
    judge(defaultSubject, "subject of OIDC tokens", (isDefault) =>
      isDefault
        ? good("OIDC tokens carry GitHub's own subject, which the roles trust")
        : bad(
            "the subject of OIDC tokens (customized) must be GitHub's own: the roles trust no other",
            "gh api -X PUT repos/OWNER/NAME/actions/oidc/customization/sub -F use_default=true",
          ),
    ),
    judge(ownerErrors, "owners in CODEOWNERS", (errors) =>
      errors.length === 0
        ? good("GitHub knows every owner in CODEOWNERS")
        : bad(`CODEOWNERS must name owners with write access; GitHub says ${errors.join("; ")}`, "correct the file"),
    ),
    judge(labels, "labels", (names) =>
      names.includes("allow-destroy")
        ? good("the label allow-destroy is there")
        : bad(
            "the label allow-destroy must exist: it is how a pull request may replace or destroy what holds data",
            "gh label create allow-destroy",
          ),
    ),
  ];
}

const isOfReleases = (ref: string) =>
  ["~ALL", "refs/tags/v*", "refs/tags/*", "refs/tags/v*.*.*", "refs/tags/**"].includes(ref);

const good = (what: string): Finding => ({ state: "good", what });
const bad = (what: string, how: string): Finding => ({ state: "bad", what, how });

function judge<T>(asked: Asked<T>, what: string, verdict: (value: T) => Finding): Finding {
  return "value" in asked ? verdict(asked.value) : { state: "unknown", what, why: asked.why };
}
