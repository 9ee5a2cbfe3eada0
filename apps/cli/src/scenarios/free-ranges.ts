/** Two ranges of a subnet's size from the half of the network that no subnet takes. */
export function freeRanges(cidrBlock: string): readonly [string, string] {
  const [address = "", prefix = "16"] = cidrBlock.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const half = base + 2 ** (32 - Number(prefix) - 1);
  const size = Number(prefix) + 5;
  const range = (start: number) =>
    `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${size}`;
  return [range(half), range(half + 2 ** (32 - size))];
}
