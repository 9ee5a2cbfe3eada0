import type { Definition } from "../read-definition.ts";

/** Address to construct path, as `Database/Instance`, from what CDKTF leaves in the synthesized JSON. */
export function constructPaths({ resource = {}, "//": root }: Definition): Map<string, string> {
  const stack = root?.metadata?.stackName;
  const paths = new Map<string, string>();
  for (const [type, named] of Object.entries(resource)) {
    for (const [name, block] of Object.entries(named)) {
      const path = block["//"]?.metadata?.path;
      if (path === undefined) continue;
      // The stack is told elsewhere, in every row.
      const [first, ...rest] = path.split("/");
      paths.set(`${type}.${name}`, first === stack && rest.length > 0 ? rest.join("/") : path);
    }
  }
  return paths;
}
