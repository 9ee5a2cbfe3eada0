/** The service's deployments in the AWS console. */
export function consoleUrl(serviceArn: string): string {
  const region = serviceArn.split(":")[3] ?? "";
  const [, cluster = "", service = ""] = serviceArn.split(":").at(-1)?.split("/") ?? [];
  return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/services/${service}/deployments?region=${region}`;
}
