import { aptInstall } from "./apt.ts";
import { fakeHost } from "./testing/fake-host.ts";

test("packages are installed after the lists were refreshed", async () => {
  const host = fakeHost();
  await aptInstall(["docker.io", "git"], host);
  expect(host.commands).toEqual([
    expect.stringMatching(/^apt-get .* update$/),
    expect.stringMatching(/ --yes install docker\.io git$/),
  ]);
});

test("a source that does not answer does not stop the installation", async () => {
  const host = fakeHost({
    answers: { "apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 --quiet --yes update": { ok: false } },
  });
  await expect(aptInstall(["git"], host)).resolves.toBeUndefined();
});

test("another user than root is shown the command", async () => {
  const host = fakeHost({ isRoot: false });
  await expect(aptInstall(["git"], host)).rejects.toThrow(
    "git must be installed; run `sudo apt-get update && sudo apt-get install --yes git`.",
  );
  expect(host.commands).toEqual([]);
});

test("another system is shown what is missing", async () => {
  await expect(aptInstall(["git"], fakeHost({ isDebian: false }))).rejects.toThrow(
    "git must be installed; use the package manager of this machine.",
  );
});

test("a failed installation says apt's reason", async () => {
  const stderr = "W: something\nE: Unable to locate package nothing\n";
  const host = fakeHost({
    answers: {
      "apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 --quiet --yes install": { ok: false, stderr },
    },
  });
  await expect(aptInstall(["nothing"], host)).rejects.toThrow(
    "apt-get install (nothing) must succeed; it said: Unable to locate package nothing",
  );
});
