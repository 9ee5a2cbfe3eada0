import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { certificateWaits } from "@slipway/domains";
import { environment } from "@slipway/infra";
import { type LocalAws, localVariables, takeLock, watchLocalAws } from "@slipway/local-aws";
import { createEngine, type Engine, type Outputs, type Stack } from "@slipway/terraform";
import { createImportFinder } from "@slipway/terraform/import";
import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { localDns } from "../environment/environment-dns.ts";
import { synthesize } from "../environment/synthesize.ts";
import { chosenApp } from "../local/app.ts";
import type { StartOptions } from "../local/app-options.ts";
import { probeReport } from "../local/app-probe.ts";
import { applyStacks, finalPlans } from "../local/apply-stacks.ts";
import { askNames } from "../local/ask-names.ts";
import {
  type Delivery,
  overlay,
  projectFolder,
  type ServiceFacts,
  serviceFacts,
  serviceUrl,
  staticSite,
} from "../local/delivery.ts";
import { deployApp } from "../local/deploy.ts";
import { drill } from "../local/drill.ts";
import { atDoor, entrance } from "../local/entrance.ts";
import { buildImage, type LocalImage } from "../local/image.ts";
import { installPrerequisites } from "../local/prerequisites.ts";
import { ensureLocalAws } from "../local/start-local-aws.ts";
import { summaryTable } from "../terminal/closing.ts";
import { Interrupted } from "../terminal/interruption.ts";
import { terminalMarkdown } from "../terminal/markdown.ts";
import { createReporter, type Reporter, singlePart } from "../terminal/reporter.ts";
import { runCommand } from "./run-command.ts";

/** `npm start`, or with `--via` a scenario. */
export function startCommand(root: string): Command {
  const collect = (value: string, all: readonly string[] = []) => [...all, value];
  return new Command("start")
    .description("bring up the local AWS, deliver the app, then break, update and roll it back")
    .option("--no-drill", "deliver only; with nothing edited, nothing is planned and the app is asked once")
    .option(
      "--app <dir>",
      "folder of another Django project, with a Dockerfile from a Debian-based official python image",
    )
    .option("--dockerfile <file>", "its Dockerfile, relative to that folder (default Dockerfile)")
    .option("--target <stage>", "stage of the Dockerfile that is built (default the last one)")
    .option("--port <number>", "port that project listens on in its container (default 8000)")
    .option("--health-path <path>", "path that answers 200 when it is healthy (default /)")
    .option(
      "--version-path <path>",
      "path that answers with the image's digest (default none: ECS says which image runs)",
    )
    .option("--container-name <name>", "name of its container (default app)")
    .option("--command <words>", "command in place of the image's own: words, or a JSON list; no shell reads it")
    .option(
      "--worker <NAME=command>",
      "service of the same image without load balancer, e.g. a queue's worker; without NAME= it is called worker; repeat for more",
      collect,
    )
    .option("--env-file <file>", "NAME=value lines; each value becomes an encrypted parameter, never plain environment")
    .option("--build-arg <NAME=value>", "argument of docker build; repeat for more", collect, [])
    .addOption(viaOption())
    .addHelpText("after", startHelp)
    .action((options: StartOptions & { via?: string }) =>
      runCommand({
        name: "start",
        root,
        work: async (context) => {
          if (options.via === undefined) return start(context, options);
          // Loaded on use.
          const { runGithubScenario } = await import("../scenarios/github/github.ts");
          await runGithubScenario(context, options.via, options);
        },
      }),
    );
}

const viaOption = () =>
  new Option(
    "--via <way>",
    "run the workflows of .github by act: pull-request (from nothing to a merge in production) or github (on to rollbacks)",
  );

const startHelp = `
Variables:
  SLIPWAY_GATEWAY_PORT   port of the local AWS (default 4566)
  SLIPWAY_HOME           folder of all local state (default .slipway)
  SLIPWAY_PYTHON         Python 3.11 or newer (default python3)
  TERRAFORM_BIN          Terraform 1.10 or newer (default terraform on PATH)

Examples:
  npm start                                          the whole way and the drill
  npm start -- --no-drill                            deliver what was edited
  npm start -- --via pull-request                    the workflows: a change, its comment, the merge, and exactly that applied
  npm start -- --via github                          the same, and on to bad versions, rollbacks and a fork
  npm start -- --via github --app ../shop            the same with the repository that a team with that project would have
  npm start -- --app ../shop --env-file ../shop/.env --health-path /up
  npm start -- --app ../shop --dockerfile docker/production.Dockerfile --target runtime --port 9000
  npm start -- --app ../shop --worker "celery -A shop worker" --worker "beat=celery -A shop beat"`;

/** `npm start`: builds, applies and deploys the app, then runs the drill. */
async function start(context: CommandContext, options: StartOptions): Promise<void> {
  const { home, cwd } = context;
  const local = environment("local");
  const app = await chosenApp({ root: home.root, cwd, options });
  const release = takeLock(home.folder, "start");
  try {
    const reporter = createReporter(home.path("summaries"));
    context.onReporter?.(reporter);
    for (const note of app.notes) reporter.line(`› ${note}`);
    const folder = projectFolder(home, app);
    const prerequisites = await installPrerequisites({
      home,
      reporter,
      app,
      awsProvider: local.awsProvider,
      signal: context.signal,
    });
    const { account, region } = local;
    const aws = await ensureLocalAws({ ...context, ...prerequisites, reporter, account, region });
    const watch = watchLocalAws(home, aws, context.signal);
    try {
      const variables = localVariables(home.variables, { endpoint: aws.endpoint, account, region });
      const { docker } = prerequisites;
      const delivery: Delivery = {
        home,
        reporter,
        app,
        docker,
        variables,
        port: aws.port,
        signal: watch.signal,
        folder,
      };
      await run(delivery, {
        prerequisites,
        aws,
        withDrill: options.drill,
      });
    } catch (error) {
      // If the run was aborted, the reason for the abort is the failure.
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.stop();
    }
  } finally {
    release();
  }
}

const patienceWithoutAwsMs = 10_000;

interface Run {
  readonly prerequisites: Awaited<ReturnType<typeof installPrerequisites>>;
  readonly aws: LocalAws;
  readonly withDrill: boolean;
}

async function run(delivery: Delivery, { prerequisites, aws, withDrill }: Run): Promise<void> {
  const { home, reporter, app, variables, signal, folder } = delivery;
  const given = overlay(app);
  const stacks = await reporter.step("Synth", async (step) => {
    // A folder per project instead of apps/infra/cdktf.out, because each SlipwayHome may have another project.
    const request = { root: home.root, environment: "local", variables, outdir: `${folder}/synth` };
    const found = await synthesize(given === undefined ? request : { ...request, overlay: given });
    step.result(found.map(({ name }) => name).join(", "));
    return found;
  });
  const engine = createEngine({
    folder,
    stacks,
    terraform: prerequisites.terraform,
    cliConfiguration: prerequisites.cliConfiguration,
    variables,
    importFinder: createImportFinder(variables),
    waits: certificateWaits({ dns: localDns(variables.AWS_ENDPOINT_URL ?? ""), variables, environment: "local" }),
    onEvent: eventLog(home.path("logs"), reporter),
  });
  const ended = endOnAbort(engine, signal);
  try {
    await engine.awaitRunning();
    const { image, outputs } = await buildAndApply(delivery, { engine, stacks, aws });
    const reach = await entrance(aws, outputs.service?.url);
    const services = serviceFacts(outputs, environment("local", given).services, reach);
    const site = atDoor(staticSite(outputs), reach);
    const deployed = await deployApp(delivery, { services, image, site });
    await askNames(delivery, services, outputs);
    if (withDrill) {
      await drill(deployed);
      await finalPlans(delivery, engine, stacks);
    }
    const table = summaryTable(reporter.records);
    const probes = probeReport(deployed[0]?.target.probes ?? []);
    writeFileSync(home.path("summaries", "99-run.md"), `${table}\n\n${probes.markdown}\n`);
    reporter.line(`\n${terminalMarkdown(table)}\n\n${probes.line}`);
    for (const line of answerLines(delivery, services)) reporter.line(line);
    reporter.line("  `npm run status` shows what is up, `npm run down` removes everything.");
    if (probes.failure !== undefined) throw probes.failure;
  } finally {
    await ended();
  }
}

/** The image is built while the stacks are applied, most of which is waiting. */
async function buildAndApply(
  delivery: Delivery,
  { engine, stacks, aws }: { readonly engine: Engine; readonly stacks: readonly Stack[]; readonly aws: LocalAws },
): Promise<{ readonly image: LocalImage; readonly outputs: Readonly<Record<string, Outputs>> }> {
  const { reporter } = delivery;
  const repository = await knownRepository(engine, stacks);
  const targetId = `${aws.instanceId}/${aws.boot}`;
  let image: LocalImage | undefined;
  let outputs: Readonly<Record<string, Outputs>> | undefined;
  await reporter.together("Image and stacks", [
    {
      title: "Image",
      work: async (step) => {
        image = await buildImage({ ...delivery, reporter: singlePart(reporter, step) }, repository);
      },
    },
    {
      title: "Stacks",
      work: async (step) => {
        const part = { ...delivery, reporter: singlePart(reporter, step) };
        outputs = await applyStacks(part, { engine, stacks, targetId });
      },
    },
  ]);
  if (image === undefined || outputs === undefined) throw new Error("both parts must have ended");
  return { image, outputs };
}

/** Where each service answers that does. */
function answerLines({ app }: Delivery, services: readonly ServiceFacts[]): readonly string[] {
  return services.flatMap(({ key, requests }) => {
    if (requests === undefined) return [];
    const name = app.own ? "The app" : app.project;
    const label = services.filter((each) => each.requests !== undefined).length > 1 ? `${name}, ${key},` : name;
    const path = app.own && requests.getsRoot ? "/" : requests.healthPath;
    const { address, hasOwnName } = requests;
    const { host, port, authority } = address;
    if (authority !== undefined) {
      return [
        `\n${label} answers at https://${host}:${port}${path}`,
        `  curl --cacert ${authority.file} https://${host}:${port}${path}`,
        "  Browsers open it without a warning once they trust the local authority: `npm run trust` says how.",
      ];
    }
    const curl = `curl -H 'Host: ${host}' http://127.0.0.1:${port}${path}`;
    if (hasOwnName) return [`\n${label} answers as ${host}`, `  ${curl}`];
    return [`\n${label} answers at ${serviceUrl(host, port)}`, `  ${curl}   (where *.localhost does not resolve)`];
  });
}

/** Interrupts Terraform when the run is aborted. The returned function waits until Terraform has ended. */
function endOnAbort(engine: Engine, signal: AbortSignal): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const listener = () => {
    stopping = engine.interrupt();
    if (signal.reason instanceof Interrupted) return;
    // The local AWS is gone and Terraform would retry for minutes, so a second interrupt ends it.
    setTimeout(() => engine.interrupt(), patienceWithoutAwsMs).unref();
  };
  signal.addEventListener("abort", listener, { once: true });
  return async () => {
    signal.removeEventListener("abort", listener);
    await stopping;
  };
}

/** Image repository of an earlier run; undefined on the first run. */
async function knownRepository(engine: Engine, stacks: readonly Stack[]): Promise<string | undefined> {
  const registry = stacks.find(({ name }) => name === "registry");
  const outputs = registry === undefined ? undefined : await engine.outputs(registry);
  return outputs?.repository_name as string | undefined;
}

function eventLog(folder: string, reporter: Reporter): (event: { readonly type: string }) => void {
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(`${folder}/engine.log`, { flags: "a" });
  return (event) => {
    log.write(`${new Date().toISOString()} ${JSON.stringify(event)}\n`);
    if (event.type === "notice") reporter.line((event as unknown as { text: string }).text);
  };
}
