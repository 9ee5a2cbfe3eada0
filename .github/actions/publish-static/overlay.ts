/** An entry of a layer's archive. */
export interface LayerEntry {
  readonly name: string;
  readonly type: string;
  readonly linkname: string;
  /** Where its bytes will be kept, if they are wanted. */
  readonly offset: number;
  readonly size: number;
}

/** A file of the folder, by where its bytes are kept. */
export interface KeptFile {
  readonly offset: number;
  readonly size: number;
}

interface LayerState {
  readonly found: Map<string, Found>;
  readonly hidden: Set<string>;
  readonly folders: Set<string>;
}

type Found = KeptFile | { readonly link: string };

export interface LayerContent {
  /** Takes an entry; true when its bytes are wanted. */
  add(entry: LayerEntry): boolean;
}

/** One folder of an image, put together from its layers, the topmost first. Paths are relative to the folder. */
export class Overlay {
  readonly #folder: string;
  readonly #found = new Map<string, Found>();
  /** What upper layers hide in lower ones: a path with all below it, or with a slash at its end what is below alone. */
  readonly #hidden = new Set<string>();
  /** Folders of upper layers, in whose place lower layers may have a file or a link. */
  readonly #folders = new Set<string>();

  /** `folder` is absolute, such as `/app/staticfiles`. */
  constructor(folder: string) {
    this.#folder = cleanPath(folder);
  }

  /** Reads one layer. Nothing of it counts before `commit`, so that half a download can be thrown away. */
  layer(): LayerContent & { readonly commit: () => void } {
    const found = new Map<string, Found>();
    const hidden = new Set<string>();
    const folders = new Set<string>();
    return {
      add: (entry) => this.#add(entry, { found, hidden, folders }),
      commit: () => {
        for (const [path, each] of found) if (!this.#found.has(path)) this.#found.set(path, each);
        for (const path of hidden) this.#hidden.add(path);
        for (const path of folders) this.#folders.add(path);
      },
    };
  }

  #add({ name, type, linkname, offset, size }: LayerEntry, { found, hidden, folders }: LayerState): boolean {
    const path = cleanPath(name);
    const [parent, base] = split(path);
    if (base.startsWith(".wh.")) {
      hidden.add(base === ".wh..wh..opq" ? `${parent}/` : joinPath(parent, base.slice(4)));
      return false;
    }
    const inside = this.#inside(path);
    const above = this.#folder.startsWith(`${path}/`);
    if ((inside === undefined && !above) || this.#isHidden(path)) return false;
    if (type === "directory") {
      folders.add(path);
      return false;
    }
    if (this.#folders.has(path)) return false;
    // Whatever is no folder hides what lower layers have below that path.
    hidden.add(`${path}/`);
    if (inside === undefined || inside === "") return false;
    if (type === "symlink") found.set(inside, { link: resolveLink(parent, linkname) });
    else if (type === "link") found.set(inside, { link: cleanPath(linkname) });
    else if (type === "file" || type === "contiguous-file") found.set(inside, { offset, size });
    return type === "file" || type === "contiguous-file";
  }

  #inside(path: string): string | undefined {
    if (path === this.#folder) return "";
    return path.startsWith(`${this.#folder}/`) ? path.slice(this.#folder.length + 1) : undefined;
  }

  #isHidden(path: string): boolean {
    const parts = path.split("/");
    const above = parts.map((_, index) => parts.slice(0, index).join("/"));
    // The root itself is above everything.
    return this.#hidden.has(path) || above.some((each) => this.#hidden.has(each) || this.#hidden.has(`${each}/`));
  }

  /** Number of files and links seen so far. */
  get size(): number {
    return this.#found.size;
  }

  /** The file at a path. Links are followed within the folder; one that leads out of it is "outside". */
  find(path: string, hops = 0): KeptFile | "missing" | "outside" {
    const parts = path.split("/");
    for (let count = 1; count <= parts.length; count += 1) {
      const found = this.#found.get(parts.slice(0, count).join("/"));
      if (found === undefined) continue;
      if (!("link" in found)) return count === parts.length ? found : "missing";
      const target = this.#inside(found.link);
      if (target === undefined) return "outside";
      return hops < 40 ? this.find(joinPath(target, parts.slice(count).join("/")), hops + 1) : "missing";
    }
    return "missing";
  }
}

/** Absolute without its first slash; `.` and `..` are taken out, and no path is above the root. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const resolveLink = (parent: string, target: string) =>
  cleanPath(target.startsWith("/") ? target : `${parent}/${target}`);

const joinPath = (parent: string, child: string) => [parent, child].filter((part) => part !== "").join("/");

function split(path: string): readonly [string, string] {
  const at = path.lastIndexOf("/");
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
}
