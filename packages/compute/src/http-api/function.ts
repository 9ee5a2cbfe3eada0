import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { policy, type RolePlacement } from "@slipway/core";
import { checkName, shortName } from "@slipway/network";
import { TerraformStack } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import { Construct } from "constructs";
import { type FunctionCode, packCode, type Runtime } from "./function-code.ts";
import { environmentError, memoryError, timeoutError } from "./limits.ts";

export interface FunctionProps {
  /** Of the function, shortened to 64 characters with a hash; its log is `/aws/lambda/<name>`, its role `<name>-function`. */
  readonly name: string;
  readonly runtime: Runtime;
  /** A file of the folder without its ending and a function in it: `main.handler`. */
  readonly handler: string;
  /** Path of the folder with its code and nothing else: all of it is packed at synth, `__pycache__` aside. */
  readonly folder: string;
  /** Plain values, which everybody who may read the state can read. @default none */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** MB, from 128 to 10240; a function has as much CPU as memory. @default 256 */
  readonly memorySize?: number | undefined;
  /** Seconds, from 1 to 30, which is what an HTTP API waits for. @default 10 */
  readonly timeout?: number | undefined;
  /** Where its role is made, and what limits it. @default path "/", no limit */
  readonly roles?: RolePlacement;
}

/** A function of Lambda whose code is a folder of the repository. It may write its log, for 30 days, and nothing else. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: AWS's own word; nobody constructs JavaScript's Function here.
export class Function extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly code: FunctionCode;

  constructor(scope: Construct, id: string, props: FunctionProps) {
    super(scope, id);
    const { runtime, handler, folder, environment = {}, memorySize = 256, timeout = 10, roles = {} } = props;
    checkName("name", props.name);
    check("memorySize", memorySize, memoryError(memorySize));
    check("timeout", timeout, timeoutError(timeout));
    for (const variable of Object.keys(environment)) check("environment", variable, environmentError(variable));
    const name = shortName(props.name, 64);
    this.code = packCode({ runtime, handler, folder });
    this.logGroup = new CloudwatchLogGroup(this, "log", { name: `/aws/lambda/${name}`, retentionInDays: 30 });
    this.role = new IamRole(this, "role", {
      name: shortName(`${props.name}-function`, 64),
      ...roles,
      description: `What the function ${name} may do`,
      assumeRolePolicy: trust,
    });
    this.policy = new IamRolePolicy(this, "policy", {
      name: "log",
      role: this.role.name,
      policy: policy([
        {
          Sid: "Log",
          Effect: "Allow",
          // Without CreateLogGroup, by which a request under way would bring the group back once it is destroyed.
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${this.logGroup.arn}:*`,
        },
      ]),
    });
    this.function = new LambdaFunction(this, "function", {
      functionName: name,
      role: this.role.arn,
      runtime,
      handler,
      memorySize,
      timeout,
      // From Terraform's working folder; read by an apply alone.
      filename: keepBeside(this, `code/${name}.zip`, this.code.zip),
      sourceCodeHash: this.code.hash,
      ...(Object.keys(environment).length > 0 && { environment: { variables: environment } }),
      // Lambda would make a log group of its own, which keeps everything for ever.
      dependsOn: [this.logGroup, this.policy],
    });
  }
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Has a synth write a file beside the stack's JSON, and returns the path from there. */
function keepBeside(scope: Construct, path: string, content: Uint8Array): string {
  addCustomSynthesis(scope, {
    onSynthesize({ outdir, manifest }) {
      const target = join(outdir, manifest.forStack(TerraformStack.of(scope)).workingDirectory, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    },
  });
  return path;
}

function check(prop: string, value: string | number, error: string | undefined): void {
  if (error !== undefined) throw new Error(`${prop} (${value}) ${error}`);
}
