// Packages that import this one check these types too, without its other files.
/// <reference path="./shell-script.d.ts" />
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { aptInstall } from "./apt.ts";
import hook from "./fallback-base-image.sh";
import type { Host } from "./host.ts";
import { type OfficialPython, pipSettings } from "./python.ts";

/** A root file system archive that can be imported as an image. */
export interface FallbackImage {
  /** Hash of all inputs of the image. */
  readonly key: string;
  /** Instructions that the image is imported with. */
  readonly settings: readonly string[];
  /** Creates the archive if it does not exist and returns its path. */
  readonly archive: (log: (line: string) => void) => Promise<string>;
}

const everywhere = ["python3", "python3-venv", "ca-certificates", "netbase", "tzdata", "adduser"];
// Packages of the official images without `slim`.
const full = [
  ...["build-essential", "pkg-config", "python3-dev", "git", "curl", "wget", "file", "unzip", "xz-utils", "procps"],
  ...[
    "libpq-dev",
    "libffi-dev",
    "libssl-dev",
    "zlib1g-dev",
    "libjpeg-dev",
    "libxml2-dev",
    "libxslt1-dev",
    "libsqlite3-dev",
  ],
];
const leftOut = [
  "/usr/share/man/*",
  "/usr/share/doc/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
  "/usr/share/lintian/*",
];
const bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

const settings = [
  "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
  "ENV LANG=C.UTF-8",
  // Tools with their own CA bundle (uv, requests) use the system's instead.
  "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
  "ENV REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt",
  'CMD ["python3"]',
];

/** Fallback base image: Python from Debian's packages, used if no image registry can be reached. */
export function fallbackImage(python: OfficialPython, homeFolder: string, host: Host): FallbackImage {
  const bundle = [host.variables.SSL_CERT_FILE, ...bundles].find((path) => path !== undefined && existsSync(path));
  const pip = pipConfiguration(pipSettings(host.variables));
  const packages = python.slim ? everywhere : [...everywhere, ...full];
  const certificates = bundle === undefined ? "" : readFileSync(bundle, "utf8");
  const parts = [hook, pip, certificates, python.release, process.arch, ...settings, ...packages, ...leftOut];
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
  const folder = join(homeFolder, "cache", "base-image");
  const path = join(folder, `${python.release}-${key}.tar`);

  const archive = async (log: (line: string) => void): Promise<string> => {
    if (existsSync(path)) return path;
    log(
      `Building a Python ${python.releasePython} base image from Debian ${python.release} packages (half a minute, once)`,
    );
    if (host.find("mmdebstrap").length === 0) await aptInstall(["mmdebstrap", "debian-archive-keyring"], host);
    mkdirSync(folder, { recursive: true });
    removeAbandoned(folder);
    const partial = `${path}.${process.pid}.partial`;
    const script = join(folder, `${key}.sh`);
    const pipFile = join(folder, `${key}.pip.conf`);
    writeFileSync(script, hook);
    writeFileSync(pipFile, pip);
    const customize = `sh ${quote(script)} "$1" ${quote(bundle ?? "")} ${quote(pipFile)}`;
    const made = await host.run("mmdebstrap", [
      "--variant=minbase",
      "--format=tar",
      `--include=${packages.join(",")}`,
      ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      `--customize-hook=${customize}`,
      python.release,
      partial,
    ]);
    rmSync(script, { force: true });
    rmSync(pipFile, { force: true });
    if (!made.ok) {
      rmSync(partial, { force: true });
      const reason = made.stderr.split("\n").find((line) => /^(E:|Err:)/.test(line)) ?? made.stderr.trim();
      throw new Failure(
        `mmdebstrap (Debian ${python.release}) must succeed to make a base image; it said: ${reason.replace(/^E: /, "")}`,
      );
    }
    renameSync(partial, path);
    return path;
  };
  return { key, settings, archive };
}

/** Removes partial archives of killed runs. Recent ones may belong to a running build. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".partial"))) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > 600_000) rmSync(path, { force: true });
  }
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

function pipConfiguration(settings: ReadonlyMap<string, string>): string {
  const lines = [...settings].map(([name, value]) => `${name} = ${value}`);
  return ["[global]", "cert = /etc/ssl/certs/ca-certificates.crt", ...lines, ""].join("\n");
}
