/**
 * Reads lines of repository, tag and digest: names of images below one of `prefixes`. Never ids: two checkouts that built the same content share the image, and removing it by id
 * would take the other's name along.
 */
export function ownImageNames(listing: string, prefixes: readonly string[]): readonly string[] {
  const names = listing.split("\n").flatMap((line) => {
    const [repository = "", tag = "", digest = ""] = line.trim().split(" ");
    if (!prefixes.some((prefix) => repository.startsWith(prefix))) return [];
    if (tag !== "<none>") return `${repository}:${tag}`;
    return digest === "<none>" || digest === "" ? [] : `${repository}@${digest}`;
  });
  return [...new Set(names)];
}
