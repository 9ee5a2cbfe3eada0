import { parseCidr } from "./parse-cidr.ts";

/** Each tier has eight slots of 1/32 of the network: public 0–7, private 8–15; half of the network stays free. */
const slots = { public: 0, private: 8 } as const;

/** The range of a zone's subnet. It depends on the zone's letter only, so adding or removing a zone moves no other subnet. */
export function subnetCidr(cidrBlock: string, tier: keyof typeof slots, zoneLetter: string): string {
  const { base, prefix } = parseCidr(cidrBlock);
  const slot = slots[tier] + zoneLetter.charCodeAt(0) - "a".charCodeAt(0);
  const start = base + slot * 2 ** (32 - prefix - 5);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${prefix + 5}`;
}
