type Counts = Readonly<Record<string, number>>;

/** Where AWS holds another number of objects than the Terraform states, in words: "aws_eip: 2 in AWS, 1 in the states". */
export function unlikeCounts(aws: Counts, states: Counts): readonly string[] {
  return Object.entries(aws)
    .filter(([type, count]) => count !== (states[type] ?? 0))
    .map(([type, count]) => `${type}: ${count} in AWS, ${states[type] ?? 0} in the states`);
}
