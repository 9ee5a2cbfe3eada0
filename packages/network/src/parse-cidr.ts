/** Address and prefix of a network's range, /16 to /22: a load balancer's subnet must not be smaller than /27. */
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
