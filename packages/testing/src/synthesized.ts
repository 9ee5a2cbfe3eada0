import { withoutMetadata } from "./without-metadata.ts";

// biome-ignore lint/suspicious/noExplicitAny: attributes of any resource, compared by expect.
export type Attributes = Record<string, any>;
type Blocks = Record<string, Record<string, Attributes>>;

/** The Terraform JSON of one stack, without cdktf's `//` comments, and lookups by resource type. */
export class Synthesized {
  readonly json: Attributes;

  constructor(json: unknown) {
    this.json = withoutMetadata(json) as Attributes;
  }

  /** Resources of a type with their names in the JSON, sorted by name: cdktf's own order is that of hashes. */
  named(type: string): readonly (readonly [name: string, attributes: Attributes])[] {
    const resources = (this.json.resource as Blocks | undefined)?.[type] ?? {};
    return Object.entries(resources).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  all(type: string): readonly Attributes[] {
    return this.named(type).map(([, attributes]) => attributes);
  }

  /** The only resource of a type. */
  one(type: string): Attributes {
    const found = this.all(type);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      throw new Error(`${type} (${found.length} of them) must be there once; use all().`);
    }
    return first;
  }

  /** The resource whose name in the JSON starts with the construct path, its parts joined by `_`. */
  at(type: string, path: string): Attributes {
    const found = this.named(type).filter(([name]) => name === path || name.replace(/_[0-9A-F]{8}$/, "") === path);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      const names = this.named(type).map(([name]) => name);
      throw new Error(`${type} (${path}) must be there once; there are: ${names.join(", ") || "none"}.`);
    }
    return first[1];
  }

  /** `type.name` of every resource, sorted: what Terraform calls them. */
  get addresses(): readonly string[] {
    return Object.entries((this.json.resource ?? {}) as Blocks)
      .flatMap(([type, resources]) => Object.keys(resources).map((name) => `${type}.${name}`))
      .sort();
  }

  output(name: string): unknown {
    return (this.json.output as Record<string, Attributes> | undefined)?.[name]?.value;
  }
}
