import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Zippable, zipSync } from "fflate";

export type Runtime = "python3.13" | "nodejs22.x";

export interface FolderOfCode {
  /** Holds the function's code and nothing else: all of it is packed. */
  readonly folder: string;
  readonly runtime: Runtime;
  /** The function within the folder, as `main.handler`. */
  readonly handler: string;
}

/** Code as Lambda takes it. */
export interface FunctionCode {
  readonly zip: Uint8Array;
  /** SHA-256 in base64, as Lambda says it. The same files give the same one, wherever and whenever they are packed. */
  readonly hash: string;
}

/** What Lambda takes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostMegabytes = { unpacked: 250, packed: 50 };
const megabyte = 1024 * 1024;

/** What running the code or looking at it leaves behind. */
const leftovers = new Set(["__pycache__", ".DS_Store"]);

/** Packs a folder, and refuses what Lambda would refuse at apply or, of a handler that is not there, at the first request. */
export function packCode({ folder, runtime, handler }: FolderOfCode): FunctionCode {
  const files = filesIn(folder);
  if (files.length === 0) throw new Error(`folder (${folder}) must hold the function's code; it is empty.`);
  checkHandler({ folder, runtime, handler }, new Set(files));
  const unpacked = files.reduce((sum, file) => sum + lstatSync(join(folder, file)).size, 0);
  checkSize(folder, unpacked, "unpacked");
  // The time is without zone in a zip, and said in that of the machine: 1980 is the first that a zip can say.
  const mtime = new Date(1980, 0, 1);
  const entries = files.map((file) => {
    const path = join(folder, file);
    // Lambda runs the code as a user that owns none of it.
    const mode = lstatSync(path).mode & 0o100 ? 0o100755 : 0o100644;
    return [file, [readFileSync(path), { mtime, os: 3, attrs: mode << 16 }]] as const;
  });
  const zip = zipSync(Object.fromEntries(entries) as unknown as Zippable);
  checkSize(folder, zip.length, "packed");
  return { zip, hash: createHash("sha256").update(zip).digest("base64") };
}

/** Paths below the folder with `/` between their parts, in the same order everywhere. */
function filesIn(folder: string): readonly string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`folder (${folder}) must be a folder with the function's code; correct the path.`);
  }
  const below = (within: string): readonly string[] =>
    readdirSync(join(folder, within), { withFileTypes: true })
      .filter(({ name }) => !leftovers.has(name))
      .flatMap((entry) => {
        const path = posix.join(within, entry.name);
        if (entry.isDirectory()) return below(path);
        if (entry.isFile()) return [path];
        throw new Error(
          `folder (${folder}) must hold files and folders alone; put what ${path} leads to in its place.`,
        );
      });
  return [...below("")].sort();
}

function checkSize(folder: string, bytes: number, state: keyof typeof mostMegabytes): void {
  const most = mostMegabytes[state];
  if (bytes <= most * megabyte) return;
  const size = Math.ceil(bytes / megabyte);
  throw new Error(
    `folder (${folder}) must have at most ${most} MB ${state}, and has ${size}; leave out what the function does not need.`,
  );
}

interface Language {
  /** `[module, function]` of a handler; a module is a path without its ending. */
  readonly parts: RegExp;
  readonly example: string;
  readonly endings: readonly string[];
}

const languages: { readonly [runtime in Runtime]: Language } = {
  "python3.13": { parts: /^([\w./-]+)\.([A-Za-z_]\w*)$/, example: "main.handler", endings: [".py", "/__init__.py"] },
  "nodejs22.x": {
    parts: /^((?:[\w-]+\/)*[\w-]+)\.([A-Za-z_$][\w$]*)$/,
    example: "index.handler",
    endings: [".mjs", ".js", ".cjs"],
  },
};

function checkHandler({ folder, runtime, handler }: FolderOfCode, files: ReadonlySet<string>): void {
  const { parts, example, endings } = languages[runtime];
  const [, module, name] = parts.exec(handler) ?? [];
  if (module === undefined || name === undefined) {
    throw new Error(
      `handler (${handler}) must name a file without its ending and a function; write for example ${example}.`,
    );
  }
  const path = runtime === "python3.13" ? module.replaceAll(".", "/") : module;
  const candidates = endings.map((ending) => `${path}${ending}`);
  const file = candidates.find((each) => files.has(each));
  if (file === undefined) {
    throw new Error(
      `handler (${handler}) must be in ${folder}, which has no ${candidates.join(" or ")}; correct one of them.`,
    );
  }
  const text = readFileSync(join(folder, file), "utf8");
  if (!new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text)) {
    throw new Error(`handler (${handler}) must be in ${file}, which names no ${name}; correct one of them.`);
  }
}
