import { awsClientConfig, type Variables } from "@slipway/core";
import type { Environment } from "@slipway/infra";
import type { Finding } from "./checks.ts";

type Roles = Pick<Environment, "key" | "name" | "account" | "github">;

export interface RoleReads {
  /** The account of the credentials. */
  account(): Promise<string | undefined>;
  /** Subjects that a role trusts; undefined: there is no such role. */
  subjects(role: string): Promise<readonly string[] | undefined>;
}

/** Compares whom the plan roles trust with the branch of `environments.ts`, in the account of the credentials that are there. */
export async function checkRoles(environments: readonly Roles[], reads: RoleReads): Promise<readonly Finding[]> {
  const account = await reads.account();
  const here = environments.filter((each) => each.account === account);
  return Promise.all(here.map((each) => checkRole(each, reads)));
}

async function checkRole({ key, name, github }: Roles, reads: RoleReads): Promise<Finding> {
  const role = `${name}-plan`;
  const { owner, name: repository, ownerId, id, branch } = github ?? {};
  const wanted = [`repo:${owner}/${repository}`, `repo:${owner}@${ownerId}/${repository}@${id}`].map(
    (each) => `${each}:ref:refs/heads/${branch}`,
  );
  const found = await reads.subjects(role);
  const next = `npm run bootstrap -- ${key}`;
  if (found === undefined) return { state: "bad", what: `the role ${role} (missing) must exist`, next };
  return [...found].sort().join() === [...wanted].sort().join()
    ? { state: "good", what: `the role ${role} trusts ${branch} of this repository, and nothing else` }
    : { state: "bad", what: `the role ${role} (${found.join(", ")}) must trust ${wanted.join(" and ")} alone`, next };
}

/** Reads of the account that these variables have credentials for; undefined where they have none. */
export function roleReads(variables: Variables): RoleReads | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE } = variables;
  if (!AWS_ACCESS_KEY_ID && !AWS_PROFILE) return undefined;
  // IAM and who one is are the same in every region.
  const config = { region: "us-east-1", ...awsClientConfig(variables) };
  return {
    async account() {
      const sdk = await import("@aws-sdk/client-sts");
      return (await new sdk.STSClient(config).send(new sdk.GetCallerIdentityCommand({}))).Account;
    },
    async subjects(RoleName) {
      const sdk = await import("@aws-sdk/client-iam");
      try {
        const { Role } = await new sdk.IAMClient(config).send(new sdk.GetRoleCommand({ RoleName }));
        return subjectsOf(Role?.AssumeRolePolicyDocument ?? "");
      } catch (error) {
        if ((error as Error).name === "NoSuchEntityException") return undefined;
        throw error;
      }
    },
  };
}

interface Trust {
  readonly Statement?: readonly {
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }[];
}

/** IAM gives the document as it stands in an address. A statement without subjects would trust anybody whom the provider knows. */
export function subjectsOf(document: string): readonly string[] {
  const { Statement = [] } = JSON.parse(decodeURIComponent(document)) as Trust;
  return Statement.flatMap(({ Condition = {} }) => {
    const all = Object.values(Condition).flatMap((each) =>
      Object.entries(each).flatMap(([name, value]) => (name.endsWith(":sub") ? value : [])),
    );
    return all.length > 0 ? all : ["anybody"];
  });
}
