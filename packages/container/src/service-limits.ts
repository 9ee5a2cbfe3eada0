/** Seconds, as ECS has them on Fargate: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export const stopTimeout = { min: 2, max: 120 } as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
export const healthCheckGrace = { min: 0, max: 2_147_483_647 } as const;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** What is wrong with a number of days that a log is kept, or undefined. */
export function retentionError(days: number): string | undefined {
  if (retentions.includes(days)) return undefined;
  return `must be one of ${retentions.join(", ")}; CloudWatch knows no other.`;
}
