/** Address for a browser on this machine, where every name under localhost is loopback. */
export function serviceUrl(loadBalancerHost: string, port: number): string {
  // The DNS name is the load balancer's name, a dash and an id: the local AWS also answers to the name alone.
  const name = loadBalancerHost.split(".")[0]?.replace(/-[^-]+$/, "");
  return `http://${name}.alb.localhost:${port}/`;
}
