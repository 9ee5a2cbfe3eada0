export { ask, NoReply, type Question, type Reply, type Server } from "./ask.ts";
export { type CaaProblem, caaProblem } from "./caa.ts";
export { certificateWaits } from "./certificate-waits.ts";
export {
  type AskedZone,
  askZones,
  type CheckRequest,
  checkDelegations,
  DelegationPending,
  delegationExitCode,
} from "./delegation-check.ts";
export { createDns, type Delegation, type Dns, type DnsOptions, openDns, serverOf, Unanswered } from "./dns.ts";
export { isOfRoute53, isWithin } from "./names.ts";
export { type EnvironmentZones, stackZones, waitsForDns } from "./stack-zones.ts";
export { type Finding, isRegistrable, type Wording, zoneSentence } from "./zone-sentence.ts";
export { type Zone, type ZoneState, zoneState } from "./zone-state.ts";
