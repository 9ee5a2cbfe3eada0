/** Each tier has eight slots of 1/32 of the network: public 0–7, private 8–15; half of the network stays free. */
const slots = { public: 0, private: 8 } as const;

/** The range of a zone's subnet. It depends on the zone's letter only, so adding or removing a zone moves no other subnet. */
export function subnetCidr(cidrBlock: string, tier: keyof typeof slots, zoneLetter: string): string {
  const { base, prefix } = parseCidr(cidrBlock);
  const slot = slots[tier] + zoneLetter.charCodeAt(0) - "a".charCodeAt(0);
  const start = base + slot * 2 ** (32 - prefix - 5);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${prefix + 5}`;
}

export function parseCidr(cidrBlock: string): { readonly base: number; readonly prefix: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidrBlock);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match?.slice(1).map(Number) ?? [];
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const aligned = prefix >= 16 && prefix <= 22 && base % 2 ** (32 - prefix) === 0;
  if (Math.max(a, b, c, d) > 255 || !aligned) {
    throw new Error(
      `cidrBlock (${cidrBlock}) must be the first address of an IPv4 range and a prefix from /16 to /22; write for example 10.0.0.0/16.`,
    );
  }
  return { base, prefix };
}
