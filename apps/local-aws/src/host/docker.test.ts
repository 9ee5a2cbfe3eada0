import { ensureDocker } from "./docker.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "./testing/fake-host.ts";

const usr = ["/usr/bin"];
const stopped = { ok: false, stderr: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." };
const answering = { stdout: "20.10.24\n" };
const serverVersion = "/usr/bin/docker version --format {{.Server.Version}}";

async function ensure(options: FakeHostOptions) {
  const host = fakeHost(options);
  const logged: string[] = [];
  const docker = ensureDocker({ log: (line) => void logged.push(line), homeFolder: "/home", host });
  return { host, logged, docker: await docker.catch((error: Error) => error) };
}

const message = (docker: unknown) => (docker instanceof Error ? docker.message : "no error");

/** Its engine is stopped until it was started by that command. */
function startable(start: string): FakeHost {
  const host: FakeHost = fakeHost({
    executables: { docker: usr, dockerd: usr },
    answers: {
      [serverVersion]: () => (host.commands.includes(start) ? answering : stopped),
      "systemctl is-system-running": { ok: start.startsWith("systemctl") },
    },
  });
  return host;
}

test("a running engine is used as it is", async () => {
  const { host, logged, docker } = await ensure({
    executables: { docker: usr },
    answers: { [serverVersion]: answering },
  });
  expect(docker).toMatchObject({ path: "/usr/bin/docker", buildkit: true });
  expect(logged).toEqual([]);
  expect(host.commands.filter((line) => /apt-get|start/.test(line))).toEqual([]);
});

test("a user whom the socket refuses is shown the group", async () => {
  const denied = { ok: false, stderr: "Got permission denied while trying to connect to the Docker daemon socket" };
  const { docker } = await ensure({
    isRoot: false,
    executables: { docker: usr },
    answers: { [serverVersion]: denied },
  });
  expect(message(docker)).toBe(
    "Docker's socket must allow this user; run `sudo usermod -aG docker $USER`, log in again, then run this again.",
  );
});

test("without Docker, another user than root is shown the command of Debian", async () => {
  const { docker } = await ensure({ isRoot: false });
  expect(message(docker)).toBe(
    "docker (not found) must be installed; run `sudo apt-get install --yes docker.io`, then run this again.",
  );
});

test("without Docker on another system, its installation page is named", async () => {
  const { docker } = await ensure({ isDebian: false });
  expect(message(docker)).toMatch(/^docker \(not found\) must be installed; install Docker Engine or Docker Desktop /);
});

test("a stopped engine is not ours to start for another user than root", async () => {
  const { docker } = await ensure({
    isRoot: false,
    executables: { docker: usr, systemctl: usr },
    answers: { [serverVersion]: stopped },
  });
  expect(message(docker)).toMatch(
    /^Docker's engine must be running; run `sudo systemctl start docker`, then run this again\./,
  );
});

test("an engine elsewhere that does not answer is named", async () => {
  const { docker } = await ensure({
    executables: { docker: usr, dockerd: usr },
    variables: { DOCKER_HOST: "tcp://10.0.0.9:2375" },
    answers: { [serverVersion]: stopped },
  });
  expect(message(docker)).toBe(
    "DOCKER_HOST (tcp://10.0.0.9:2375) must name a running engine; start it or unset the variable, then run this again.",
  );
});

test.each([
  ["by the service manager where there is one", "systemctl start docker"],
  ["in a session of its own where there is none", "start dockerd"],
])("root starts a stopped engine %s", async (_how, start) => {
  const host = startable(start);
  const logged: string[] = [];
  const docker = await ensureDocker({ log: (line) => void logged.push(line), homeFolder: "/home", host });
  expect(docker.path).toBe("/usr/bin/docker");
  expect(host.commands).toContain(start);
  expect(logged).toEqual(["Starting Docker's engine"]);
});

test("root gets an engine installed when only the client is there", async () => {
  const { host, logged } = await ensure({ executables: { docker: usr }, answers: { [serverVersion]: stopped } });
  expect(host.commands).toContainEqual(expect.stringMatching(/^apt-get .* install docker\.io$/));
  expect(logged).toEqual(["Installing Docker (apt-get install docker.io)", "Starting Docker's engine"]);
});

test("an engine that never answers ends with its log", async () => {
  const { docker } = await ensure({
    executables: { docker: usr, dockerd: usr },
    answers: { [serverVersion]: stopped, "systemctl is-system-running": { ok: false } },
  });
  expect(docker).toMatchObject({
    message: "Docker's engine must answer within 60 s; /home/logs/dockerd.log says why it does not.",
    logPath: "/home/logs/dockerd.log",
  });
});

test("builds go to the client that can, everything else to the first", async () => {
  const { docker, host } = await ensure({
    executables: { docker: ["/usr/local/bin", "/usr/bin"] },
    answers: {
      "/usr/local/bin/docker version --format {{.Server.Version}}": answering,
      "/usr/local/bin/docker version --format {{.Client.Version}}": { stdout: "28.2.2\n" },
      "/usr/bin/docker version --format {{.Client.Version}}": { stdout: "20.10.24+dfsg1\n" },
      "/usr/local/bin/docker buildx version": { ok: false },
      "/usr/bin/docker buildx version": { ok: false },
    },
  });
  if (docker instanceof Error) throw docker;
  expect(docker).toMatchObject({ path: "/usr/local/bin/docker", buildkit: true });
  await docker.exec(["ps"]);
  await docker.build({ context: __dirname, dockerfile: __filename, tag: "x" });
  expect(host.commands).toContain("/usr/local/bin/docker ps");
  expect(host.commands.at(-1)).toMatch(/^\/usr\/bin\/docker build /);
});

test("a client that builds without BuildKit is the last resort", async () => {
  const { docker } = await ensure({
    executables: { docker: usr },
    answers: {
      [serverVersion]: answering,
      "/usr/bin/docker version --format {{.Client.Version}}": { stdout: "28.2.2\n" },
      "/usr/bin/docker buildx version": { ok: false },
    },
  });
  expect(docker).toMatchObject({ buildkit: false });
});

test("a failed command says what docker said", async () => {
  const { docker } = await ensure({
    executables: { docker: usr },
    answers: {
      [serverVersion]: answering,
      "/usr/bin/docker tag": { ok: false, stderr: "Error response from daemon: No such image: a:latest\n" },
    },
  });
  if (docker instanceof Error) throw docker;
  await expect(docker.exec(["tag", "a", "b"])).rejects.toThrow(
    "docker tag a must succeed; it said: No such image: a:latest",
  );
});
