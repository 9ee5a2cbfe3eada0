export { Certificate, type CertificateProps } from "./edge/certificate.ts";
export { type AliasTarget, type CertificateAuthority, HostedZone, type HostedZoneProps } from "./edge/hosted-zone.ts";
export { ListenerRoute, type ListenerRouteProps } from "./listener-route.ts";
export { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";
export { checkName, shortName } from "./names.ts";
export type { NatGatewaysShape } from "./nat-gateways.ts";
export { Network, type NetworkProps } from "./network.ts";
export { type Peer, SecurityGroup, type SecurityGroupProps } from "./security-group.ts";
export { TargetGroup, type TargetGroupProps } from "./target-group.ts";
