export { AccessLogsBucket, type AccessLogsBucketProps } from "./access-logs-bucket.ts";
export {
  Certificate,
  type CertificateProps,
  checkRegion,
  type IssuedCertificate,
  stackRegion,
} from "./edge/certificate.ts";
export {
  type Alias,
  type AliasTarget,
  type CertificateAuthority,
  HostedZone,
  type HostedZoneProps,
  zoneOf,
} from "./edge/hosted-zone.ts";
export type { SiteMode } from "./edge/site-errors.ts";
export { StaticSite, type StaticSiteProps } from "./edge/static-site.ts";
export type { EndpointPreset, EndpointService, Endpoints } from "./endpoint-services.ts";
export { ExistingNetwork, type ExistingNetworkProps } from "./existing-network.ts";
export { FlowLogs, type FlowLogsTraffic } from "./flow-logs.ts";
export { InterfaceEndpoints } from "./interface-endpoints.ts";
export { ListenerRoute, type ListenerRouteProps } from "./listener-route.ts";
export { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";
export { checkName, shortName } from "./names.ts";
export type { NatGatewaysShape } from "./nat-gateways.ts";
export { Network, type NetworkProps } from "./network.ts";
export type { NetworkSource } from "./network-source.ts";
export { type Peer, SecurityGroup, type SecurityGroupProps } from "./security-group.ts";
export { type Stickiness, TargetGroup, type TargetGroupProps } from "./target-group.ts";
export { VersionedBucket, type VersionedBucketProps, versionedBucketName } from "./versioned-bucket.ts";
