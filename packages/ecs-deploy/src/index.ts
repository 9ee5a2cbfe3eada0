export { ecrClient, readImageDefinitions } from "./images.ts";
export { ecsClient } from "./service.ts";
export { checkContainerNames, describeTaskDefinition } from "./task-definition.ts";
