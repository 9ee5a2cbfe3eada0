export { awaitDeployment, type DeploymentOutcome, EventLog } from "./await-deployment.ts";
export { outcomeFailure } from "./deployment-failure.ts";
export {
  collectDiagnostics,
  type Diagnostics,
  describeDiagnostics,
  diagnosticsSection,
  groupStoppedTasks,
} from "./diagnostics.ts";
export { ecrClient, type ImageDefinition, imageDefinitions, imageReference, readImageDefinitions } from "./images.ts";
export { logTail } from "./log-tail.ts";
export { type RunningTask, runningTasks } from "./running-tasks.ts";
export { consoleUrl, describeService, ecsClient, isSteady, primaryDeployment } from "./service.ts";
export { type DeploymentRecord, serviceDeployments } from "./service-deployments.ts";
export { deployedTag, newestRunTag, rolledBackDigests, tagResource } from "./service-tags.ts";
export {
  checkContainerNames,
  type DescribedTaskDefinition,
  describeTaskDefinition,
  imageDigests,
  registerTaskDefinition,
  revisionName,
  templateContainers,
} from "./task-definition.ts";
