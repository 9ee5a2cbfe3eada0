import { ActionFailure } from "@slipway/core";

/** What Django's manifest storages put before the extension: the hash of the content. */
const withHash = /\.[0-9a-f]{8,64}(\.[^.]*)?$/;

/** Reads Django's manifest (`staticfiles.json`) and gives the names to publish, sorted, each once. `path` is for messages. */
export function manifestNames(text: string, path: string): readonly string[] {
  const { paths } = parsed(text, path);
  if (typeof paths !== "object" || paths === null || Array.isArray(paths)) {
    throw invalid(path, "must have `paths`, as Django's manifest storage writes it", remedy);
  }
  const names = [...new Set(Object.values(paths))].sort();
  for (const name of names) {
    if (typeof name !== "string" || !isRelative(name)) {
      throw invalid(path, `must name files below its folder, and names ${JSON.stringify(name)}`, remedy);
    }
  }
  const plain = (names as string[]).filter((name) => !withHash.test(name.slice(name.lastIndexOf("/") + 1)));
  if (plain.length > 0) {
    const others = plain.length > 3 ? ` and ${plain.length - 3} more` : "";
    const shown = `${plain.slice(0, 3).join(", ")}${others}`;
    throw invalid(path, `must name files with the hash of their content only, and names ${shown}`, hashRemedy);
  }
  return names as string[];
}

const remedy = "run `manage.py collectstatic` in the Dockerfile with a manifest storage, such as that of whitenoise";
const hashRemedy =
  "use a manifest storage that hashes every file: what is published is kept for a year by browsers and never replaced";

function parsed(text: string, path: string): { paths?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch (error) {
    throw invalid(path, `must be JSON (${(error as Error).message})`, remedy);
  }
}

function isRelative(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  return !/[\\\u0000-\u001f\u007f]/.test(name) && name.split("/").every((part) => !["", ".", ".."].includes(part));
}

function invalid(path: string, must: string, next: string): ActionFailure {
  return new ActionFailure("static-manifest-invalid", `Manifest (${path}) ${must}`, next);
}
