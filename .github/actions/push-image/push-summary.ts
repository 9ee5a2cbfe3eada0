import { markdown } from "@slipway/core";
import type { LocalImage } from "./local-image.ts";

export interface PushReport {
  readonly repository: string;
  readonly uri: string;
  readonly tags: readonly string[];
  readonly local: LocalImage;
  readonly digest: string;
  readonly state: "pushed" | "unchanged" | "kept" | "would be pushed";
}

/** The job summary of a push. */
export function pushSummary({ repository, uri, tags, local, digest, state }: PushReport): string {
  const facts = markdown.facts([
    ["Image", markdown.code(digest ? `${uri}@${digest}` : uri)],
    ["Tags", tags.map(markdown.code).join(", ")],
    ["Platform", local.platform],
    ["Ports", local.ports.join(", ")],
    ["Size", `${Math.round(local.bytes / 1_000_000)} MB`],
  ]);
  const note = {
    pushed: "",
    unchanged: "\nEvery tag already points at this image: nothing was pushed.\n",
    kept: "\nThe tag was there already: what it points at is deployed, this build is not.\n",
    "would be pushed": "\nDry run: nothing was pushed.\n",
  };
  return `## Image \`${repository}\`: ${state}\n\n${facts}${note[state]}`;
}
