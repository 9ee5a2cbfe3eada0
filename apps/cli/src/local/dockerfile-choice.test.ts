import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chooseDockerfile, composeNotes } from "./dockerfile-choice.ts";

type Options = Parameters<typeof chooseDockerfile>[1];

/** A project with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "choice-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const options = (given: Partial<Options> = {}): Options => ({ app: "../shop", buildArg: [], ...given });
const python = "FROM python:3.13\n";

function failure(folder: string, given: Partial<Options> = {}): string {
  try {
    return chooseDockerfile(folder, options(given));
  } catch (error) {
    return (error as Error).message;
  }
}

test("the Dockerfile is in the folder, or where the option says", () => {
  const folder = project({ Dockerfile: python, "docker/production.Dockerfile": python });
  expect(chooseDockerfile(folder, options())).toBe(join(folder, "Dockerfile"));
  expect(chooseDockerfile(folder, options({ dockerfile: "docker/production.Dockerfile" }))).toBe(
    join(folder, "docker/production.Dockerfile"),
  );
});

test("those below are named with the whole command that uses each, the likeliest first", () => {
  const folder = project({
    "compose/traefik/Dockerfile": "FROM traefik\n",
    "compose/local/django/Dockerfile": python,
    "compose/production/django/Dockerfile": python,
    "docker/my app.Dockerfile": python,
    "Dockerfile.test": python,
    "node_modules/x/Dockerfile": python,
    ".git/Dockerfile": python,
    "venv/Dockerfile": python,
    "my-env/pyvenv.cfg": "",
    "my-env/Dockerfile": python,
    "docker/web.Dockerfile.dockerignore": "",
    "docs/Dockerfile.md.txt/readme": "",
  });
  expect(failure(folder, { envFile: "../shop/.env", port: "9000", buildArg: ["TOKEN=hunter2"] })).toBe(
    [
      "--app (../shop) must hold a Dockerfile; there are some elsewhere:",
      "compose/production/django/Dockerfile",
      "Dockerfile.test",
      "'docker/my app.Dockerfile'",
      "compose/local/django/Dockerfile",
      "compose/traefik/Dockerfile",
    ]
      .map((line, index) =>
        index === 0
          ? line
          : `    npm start -- --app ../shop --dockerfile ${line} --port 9000 --env-file ../shop/.env --build-arg TOKEN=…`,
      )
      .join("\n"),
  );
});

test("no more than five are named", () => {
  const folder = project(Object.fromEntries([..."abcdefg"].map((name) => [`${name}.Dockerfile`, python])));
  expect(failure(folder).split("\n")).toHaveLength(6);
});

test("a folder that is a project of its own is built from there", () => {
  const folder = project({ "backend/Dockerfile": python, "backend/manage.py": "" });
  expect(failure(folder)).toBe(
    "--app (../shop) must hold a Dockerfile; there is one elsewhere:\n    npm start -- --app ../shop/backend",
  );
});

test("without any below, and with an option that names none", () => {
  expect(failure(project({}))).toBe(
    "--app (../shop) must hold a Dockerfile; give the folder that an image can be built from.",
  );
  const folder = project({ Dockerfile: python });
  expect(failure(folder, { dockerfile: "docker/x", target: "app" })).toBe(
    "--dockerfile (docker/x) must be a file below --app (../shop); there is one elsewhere:\n    npm start -- --app ../shop --target app",
  );
  expect(failure(folder, { dockerfile: "." })).toContain("--dockerfile (.) must be a file");
});

const compose = `
x-build: &build
  context: .
  dockerfile: docker/production.Dockerfile
  target: runtime
services:
  db: { image: postgres, ports: ["5432:5432"] }
  web:
    build: *build
    command: gunicorn --bind :$$PORT shop.wsgi
    ports: ["80:9000"]
  celery_beat:
    build: *build
    command: celery -A shop beat
  migrate:
    build: *build
    command: python manage.py migrate
  proxy-worker: { build: ./proxy, command: worker }
`;
const composed = { "docker/production.Dockerfile": python, "docker-compose.yml": compose };
const command =
  "npm start -- --app ../shop --dockerfile docker/production.Dockerfile --target runtime --port 9000 --command 'sh -c '\"'\"'gunicorn --bind :$PORT shop.wsgi'\"'\" --worker 'celery-beat=celery -A shop beat'";

test("a Compose file's build, command and port are proposals: in the failure first, with one command", () => {
  expect(failure(project(composed))).toBe(
    `--app (../shop) must hold a Dockerfile; there is one elsewhere:\n    ${command}`,
  );
});

test("where there is a Dockerfile, a note says what the Compose file would have otherwise", () => {
  const folder = project({ ...composed, Dockerfile: python });
  expect(composeNotes(folder, options())).toEqual([
    `docker-compose.yml builds and starts \`web\` otherwise. To do as it does:\n    ${command}`,
  ]);
});

test("what the user gave stays, and nothing is said where nothing differs", () => {
  const folder = project({
    Dockerfile: python,
    "compose.yaml": "services: { web: { build: ., command: [gunicorn, a b], ports: [{ target: 8000 }] } }",
    "docker-compose.override.yml": "services: [not, what, Compose, reads",
  });
  expect(composeNotes(folder, options())).toEqual([
    'compose.yaml builds and starts `web` otherwise. To do as it does:\n    npm start -- --app ../shop --command \'["gunicorn","a b"]\'',
  ]);
  expect(composeNotes(folder, options({ command: "gunicorn shop.wsgi" }))).toEqual([]);
  expect(composeNotes(folder, options({ port: "8000", command: '["gunicorn","a b"]' }))).toEqual([]);
});

test.each([
  ['["8000"]', undefined],
  ['["127.0.0.1:80:9000/tcp"]', "9000"],
  ["[9000]", "9000"],
  ['["${PORT:-80}:9000"]', "9000"],
  ['["9000-9010"]', undefined],
])("ports %s propose %s", (ports, port) => {
  const folder = project({ Dockerfile: python, "compose.yml": `services: { web: { build: ., ports: ${ports} } }` });
  expect(composeNotes(folder, options())).toEqual(
    port === undefined ? [] : [expect.stringMatching(new RegExp(`--app ../shop --port ${port}$`))],
  );
});

test("a build elsewhere is none of this project, and a single service needs no port", () => {
  const folder = project({
    "web/Dockerfile": python,
    "compose.yml": "services: { web: { build: ./web }, proxy: { build: ../proxy, ports: ['80:80'] } }",
  });
  expect(failure(folder)).toContain("elsewhere:\n    npm start -- --app ../shop/web");
});
