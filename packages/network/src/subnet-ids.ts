export interface SubnetIds {
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
}

export interface SubnetIdsError {
  /** The field, and the index in it where one id is wrong. */
  readonly path: [field: keyof SubnetIds] | [field: keyof SubnetIds, index: number];
  readonly must: string;
}

/** What is wrong with the ids of a network's subnets, as far as it can be known without asking AWS. */
export function subnetIdsError(ids: SubnetIds): SubnetIdsError | undefined {
  for (const field of ["publicSubnetIds", "privateSubnetIds"] as const) {
    const wrong = ids[field].findIndex((id) => !/^subnet-[0-9a-f]{8,17}$/.test(id));
    if (wrong !== -1) {
      return { path: [field, wrong], must: "must be the id of a subnet; write for example subnet-0a1b2c3d4e5f67890." };
    }
    if (ids[field].length < 2) {
      return { path: [field], must: "must name at least two subnets, in different zones; add one." };
    }
    const twice = ids[field].findIndex((id, index) => ids[field].indexOf(id) < index);
    if (twice !== -1) return { path: [field, twice], must: "must be named once; name another subnet." };
  }
  const both = ids.privateSubnetIds.findIndex((id) => ids.publicSubnetIds.includes(id));
  if (both === -1) return undefined;
  return {
    path: ["privateSubnetIds", both],
    must: "must be another subnet than the public ones, since tasks get no public address; name one behind NAT, or leave network out for a network of its own.",
  };
}
