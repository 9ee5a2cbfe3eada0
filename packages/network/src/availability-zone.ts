/** Splits an availability zone's name; its letter names subnets and picks their address ranges. */
export function availabilityZone(name: string): { readonly region: string; readonly letter: string } {
  const [, region, letter] = /^([a-z]+(?:-[a-z]+)+-\d)([a-h])$/.exec(name) ?? [];
  if (region === undefined || letter === undefined) {
    throw new Error(
      `availabilityZones (${name}) must be full names of zones such as eu-west-1a; local zones are not supported.`,
    );
  }
  return { region, letter };
}
