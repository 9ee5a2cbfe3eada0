import { ensureShellcheck } from "./shellcheck.ts";
import { fakeSystem } from "./testing/fake-host.ts";

test("one that is there is used", async () => {
  const system = fakeSystem({ executables: { shellcheck: ["/usr/bin"] } });
  expect(await ensureShellcheck(system)).toBe("/usr/bin/shellcheck");
  expect(system.commands).toEqual([]);
});

test("on Debian as root it is installed", async () => {
  const system = fakeSystem();
  await ensureShellcheck(system);
  expect(system.commands.join("\n")).toMatch(/apt-get .* install shellcheck/);
});

test("elsewhere the command is named", async () => {
  const missing = ensureShellcheck(fakeSystem({ isRoot: false }));
  await expect(missing).rejects.toThrow(
    "shellcheck must be installed; run `sudo apt-get update && sudo apt-get install",
  );
});
