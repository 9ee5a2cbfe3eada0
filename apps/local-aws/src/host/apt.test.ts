import { aptInstall } from "./apt.ts";
import { fakeSystem } from "./testing/fake-host.ts";

test("packages are installed after the lists were refreshed", async () => {
  const system = fakeSystem();
  await aptInstall(["docker.io", "git"], system);
  expect(system.commands).toEqual([
    expect.stringMatching(/^apt-get .* update$/),
    expect.stringMatching(/ --yes install docker\.io git$/),
  ]);
});

test("a source that does not answer does not stop the installation", async () => {
  const system = fakeSystem({
    answers: { "apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 --quiet --yes update": { ok: false } },
  });
  await expect(aptInstall(["git"], system)).resolves.toBeUndefined();
});

test("another user than root is told the command", async () => {
  const system = fakeSystem({ isRoot: false });
  await expect(aptInstall(["git"], system)).rejects.toThrow(
    "git must be installed; run `sudo apt-get update && sudo apt-get install --yes git`.",
  );
  expect(system.commands).toEqual([]);
});

test("another system is told what is missing", async () => {
  await expect(aptInstall(["git"], fakeSystem({ isDebian: false }))).rejects.toThrow(
    "git must be installed; use the package manager of this machine.",
  );
});

test("a failed installation says apt's reason", async () => {
  const stderr = "W: something\nE: Unable to locate package nothing\n";
  const system = fakeSystem({
    answers: {
      "apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 --quiet --yes install": { ok: false, stderr },
    },
  });
  await expect(aptInstall(["nothing"], system)).rejects.toThrow(
    "apt-get install (nothing) must succeed; it said: Unable to locate package nothing",
  );
});
