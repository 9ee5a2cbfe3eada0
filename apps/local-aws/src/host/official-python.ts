/** An official Debian-based Python image, as far as its tag tells. */
export interface OfficialPython {
  /** "3.12", or undefined for tags such as `slim` and `3`. */
  readonly minor: string | undefined;
  /** Tags without `slim` carry a compiler and the usual headers. */
  readonly slim: boolean;
  /** Debian release that has this Python, or the nearest newer one; else the newest. */
  readonly release: string;
  /** Python of that release. */
  readonly releasePython: string;
}

/** Oldest first. */
const releases = [
  { release: "bullseye", python: "3.9" },
  { release: "bookworm", python: "3.11" },
  { release: "trixie", python: "3.13" },
] as const;

// The same images under the names of their public mirrors.
const repository =
  /^(?:(?:docker\.io\/|index\.docker\.io\/|mirror\.gcr\.io\/|public\.ecr\.aws\/docker\/)?library\/|docker\.io\/)?python(?::(?<tag>[^@/]+))?$/;
const tagShape = /^(?:(?<version>3(?:\.\d+){0,2})|latest)?(?:(?:^|-)(?<slim>slim))?(?:(?:^|-)(?<debian>[a-z]+))?$/;
const debianNames = new Set(["buster", "bullseye", "bookworm", "trixie", "forky"]);

/** Reads an image reference; undefined when it is anything else, Alpine and pinned digests among them. */
export function officialPython(reference: string): OfficialPython | undefined {
  const found = repository.exec(reference);
  if (found === null) return undefined;
  const tag = tagShape.exec(found.groups?.tag ?? "latest");
  if (tag === null) return undefined;
  const { version, slim, debian } = tag.groups ?? {};
  if (debian !== undefined && !debianNames.has(debian)) return undefined;
  const minor = version?.split(".").slice(0, 2).join(".");
  const wanted = Number(minor?.split(".")[1] ?? Number.NaN);
  const newest = releases[releases.length - 1] ?? releases[0];
  const fit = releases.find(({ python }) => Number(python.split(".")[1]) >= wanted) ?? newest;
  return {
    minor: Number.isNaN(wanted) ? undefined : minor,
    slim: slim !== undefined,
    release: fit.release,
    releasePython: fit.python,
  };
}
