export { type LocalEdge, readEdge, urlAtDoor } from "./edge.ts";
export { npmCommand, readSlipwayHome, type SlipwayHome } from "./home.ts";
export { ensureBaseImages, readBaseImages } from "./host/base-image.ts";
export { ensureDocker, ownDockerEngine } from "./host/docker.ts";
export { type Docker, type DockerBuild, dockerClient } from "./host/docker-client.ts";
export { ownPlatform } from "./host/dockerfile-bases.ts";
export { type Host, runQuietly, thisHost } from "./host/host.ts";
export { lockHolder, takeLock } from "./host/lock.ts";
export { isPortFree, portOwner, processesIn, stopProcess } from "./host/processes.ts";
export { ensurePython } from "./host/python.ts";
export { ensureAct, ensureChromium, ensureGoTool, ensureShellcheck } from "./host/tools.ts";
export {
  compareInstance,
  knownInstanceIds,
  recordInstance,
  setStateAside,
} from "./instances.ts";
export {
  findContainers,
  findLocalAws,
  issuerKeys,
  type LocalAws,
  localAwsLog,
  removeContainers,
  startLocalAws,
  stopLocalAws,
} from "./local-aws.ts";
export { openTokenIssuer, roleCredentials } from "./token-issuer.ts";
export { localVariables } from "./variables.ts";
export { watchLocalAws } from "./watch.ts";
