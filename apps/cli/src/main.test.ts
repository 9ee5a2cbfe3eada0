import { createProgram } from "./main.ts";

const program = createProgram("/");

test("the help shows every command in one of four groups", () => {
  const groups = new Map<string, string[]>();
  for (const command of program.createHelp().visibleCommands(program)) {
    groups.set(command.helpGroup(), [...(groups.get(command.helpGroup()) ?? []), command.name()]);
  }
  expect(Object.fromEntries(groups)).toEqual({
    "Local:": ["start", "status", "down", "trust"],
    "Environments:": ["synth", "bootstrap", "domain", "secret", "unlock", "destroy"],
    "Repository:": ["check", "doctor"],
    "Development:": ["test", "bench", "torture"],
  });
});

test("the commands of apps/web's scripts are there, but not shown", () => {
  const shown = program.createHelp().visibleCommands(program);
  const hidden = program.commands.filter((command) => !shown.includes(command)).map((command) => command.name());
  expect(hidden).toEqual(["build-image", "test-web"]);
});
