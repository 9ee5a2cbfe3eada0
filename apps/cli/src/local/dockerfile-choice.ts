import { existsSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { Failure } from "@slipway/core";
import { quote } from "shlex";
import { appOptions, defaultPort, optionName, type StartOptions } from "./app-options.ts";
import { type ComposeProposal, composeProposals } from "./compose-proposals.ts";
import { findDockerfiles } from "./find-dockerfiles.ts";

type Options = Omit<StartOptions, "drill"> & { readonly app: string };

const mostShown = 5;

/** The Dockerfile that the options name. Where there is none, the failure names those below with the command that uses each. */
export function chooseDockerfile(folder: string, options: Options): string {
  const { dockerfile = "Dockerfile" } = options;
  const path = join(folder, dockerfile);
  if (existsSync(path) && statSync(path).isFile()) return path;
  const what =
    options.dockerfile === undefined
      ? `--app (${options.app}) must hold a Dockerfile`
      : `--dockerfile (${dockerfile}) must be a file below --app (${options.app})`;
  const commands = knownCommands(folder, options);
  if (commands.length === 0) throw new Failure(what, "give the folder that an image can be built from");
  const [first, ...others] = commands;
  throw new Failure(
    `${what}; ${others.length === 0 ? "there is one" : "there are some"} elsewhere:${list([first as string, ...others])}`,
  );
}

function knownCommands(folder: string, options: Options): string[] {
  const { dockerfile: _, ...given } = options;
  const composed = composeProposals(folder).map((proposal) => proposed(proposal, given));
  const builds = new Set(composed.map(({ app, dockerfile = "Dockerfile" }) => join(app, dockerfile)));
  const found = findDockerfiles(folder)
    .filter(({ path }) => !builds.has(join(options.app, path)))
    .map(({ path, context }): Options => {
      const dockerfile = context === "" ? path : path.slice(context.length + 1);
      return { ...given, app: below(options.app, context), ...(dockerfile === "Dockerfile" ? {} : { dockerfile }) };
    });
  return [...composed, ...found].slice(0, mostShown).map(startCommandLine);
}

/** What the Compose files would have otherwise than the options: proposals to choose from, none of which is used by itself. */
export function composeNotes(folder: string, options: Options): string[] {
  const used = effective(options);
  return composeProposals(folder)
    .filter((proposal) => JSON.stringify(effective(proposed(proposal, options))) !== JSON.stringify(used))
    .slice(0, mostShown)
    .map((proposal) => {
      const command = startCommandLine(proposed(proposal, options));
      return `${proposal.file} builds and starts \`${proposal.service}\` otherwise. To do as it does:\n    ${command}`;
    });
}

/** The options with what the proposal adds to them; what the user gave stays. */
function proposed({ context, dockerfile, target, command, port, worker }: ComposeProposal, options: Options): Options {
  return {
    ...options,
    app: below(options.app, context),
    ...(dockerfile === "Dockerfile" ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(command === undefined ? {} : { command }),
    ...(port === undefined || port === defaultPort ? {} : { port }),
    ...(worker === undefined ? {} : { worker }),
    ...Object.fromEntries(Object.entries(options).filter(([name, value]) => name !== "app" && value !== undefined)),
  };
}

const effective = ({ app, dockerfile = "Dockerfile", target, command, port = defaultPort, worker }: Options) => ({
  ...{ path: join(app, dockerfile), app: normalize(join(app, ".")), target, command, port, worker },
});

const below = (folder: string, context: string) => (context === "" ? folder : join(folder, context));

const list = (commands: readonly string[]) => commands.map((command) => `\n    ${command}`).join("");

/** The command that starts with these options. Build arguments keep their names only: their values may be secret. */
function startCommandLine(options: Options): string {
  const named = appOptions.flatMap((name) => {
    const value = options[name];
    const values = value === undefined ? [] : [value].flat();
    return values.flatMap((each) => [optionName(name), quote(each)]);
  });
  const args = options.buildArg.flatMap((argument) => ["--build-arg", `${argument.split("=", 1)[0]}=…`]);
  return ["npm start --", ...named, ...args].join(" ");
}
