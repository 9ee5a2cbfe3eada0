import { duration, markdown } from "@slipway/core";

export interface PublishReport {
  /** Number of files that the manifest names. */
  readonly files: number;
  readonly bytes: number;
  /** Keys that were added, or would be in a dry run. */
  readonly added: readonly string[];
  readonly addedBytes: number;
  readonly input: {
    readonly image: string;
    readonly bucket: string;
    readonly distribution: string;
    readonly dryRun: boolean;
  };
  /** How long the distribution was waited for, in milliseconds; undefined where it was not. */
  readonly waited: number | undefined;
}

/** The job summary of a publication. */
export function publishSummary({ files, bytes, added, addedBytes, input, waited }: PublishReport): string {
  const { image, bucket, distribution, dryRun } = input;
  const verb = dryRun ? "would be published" : "published";
  const facts = markdown.facts([
    ["Image", markdown.code(image)],
    ["Bucket", markdown.code(bucket)],
    ["Files", `${files} (${size(bytes)})`],
    [dryRun ? "Would be published" : "Published", `${added.length} (${size(addedBytes)})`],
    ["There already", String(files - added.length)],
    ["Distribution", distribution === "" ? "" : `${markdown.code(distribution)}${deployed(waited)}`],
  ]);
  if (added.length === 0) return `## Static files: nothing new\n\n${facts}`;
  const list = added.length > shownFiles ? [...added.slice(0, shownFiles), "…"] : added;
  return `## Static files: ${added.length} ${verb}\n\n${facts}\n${markdown.details(`Files ${verb}`, list.join("\n"))}`;
}

const shownFiles = 100;

function deployed(waited: number | undefined): string {
  if (waited === undefined) return "";
  return waited < 1000 ? ", deployed" : `, deployed after ${duration(waited)}`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
