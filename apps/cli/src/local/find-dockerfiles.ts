import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Dockerfile below a project, and the folder that its build most likely starts from. */
export interface FoundDockerfile {
  /** Relative to the project. */
  readonly path: string;
  /** Relative to the project; empty for the project itself. */
  readonly context: string;
}

const deepest = 4;
const named = /^(?:(?:Docker|Container)file(?:\.(?!dockerignore$)[\w.-]+)?|.+\.(?:Docker|docker)file)$/;
const skipped = /^(?:\..*|node_modules|bower_components|__pycache__|venv|env|site-packages)$/;
/** What lies beside the Dockerfile of a project that is a folder of its own. */
const projectFiles = ["manage.py", "pyproject.toml", "requirements.txt", "Pipfile", "setup.py"];

/** Dockerfiles below a folder, the likeliest first: one that runs Python, for production, near the top. */
export function findDockerfiles(folder: string): FoundDockerfile[] {
  return pathsBelow(folder, "", 0)
    .map((path) => ({ path, rank: rank(folder, path) }))
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))
    .map(({ path }) => ({ path, context: contextOf(folder, path) }));
}

function pathsBelow(folder: string, below: string, depth: number): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && named.test(entry.name));
  // A virtual environment may have any name.
  const folders = entries.filter(
    (entry) =>
      entry.isDirectory() &&
      !skipped.test(entry.name) &&
      depth < deepest &&
      !existsSync(join(folder, below, entry.name, "pyvenv.cfg")),
  );
  return [
    ...files.map(({ name }) => join(below, name)),
    ...folders.flatMap(({ name }) => pathsBelow(folder, join(below, name), depth + 1)),
  ];
}

function rank(folder: string, path: string): number {
  const runsPython = /python|django|gunicorn|uvicorn/i.test(readFileSync(join(folder, path), "utf8"));
  return (runsPython ? 0 : 100) + (/prod/i.test(path) ? 0 : 10) + path.split("/").length;
}

function contextOf(folder: string, path: string): string {
  const beside = dirname(path);
  const isProject = projectFiles.some((name) => existsSync(join(folder, beside, name)));
  return beside !== "." && isProject ? beside : "";
}
