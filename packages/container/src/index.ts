export { Cluster, type ClusterProps } from "./cluster.ts";
export {
  type Container,
  literal,
  type SecretReference,
  secretReference,
  type WebContainer,
} from "./container-definition.ts";
export { ExistingImageRepository, type ExistingImageRepositoryProps } from "./existing-image-repository.ts";
export { fargateSizeError } from "./fargate-size.ts";
export { ImageRepository, type ImageRepositoryProps, type ImageSource } from "./image-repository.ts";
export { MediaBucket, type MediaBucketProps } from "./media-bucket.ts";
export { TaskRoles, taskRoleNames } from "./task-roles.ts";
export { type TaskSize, TaskTemplate } from "./task-template.ts";
export { WebService, type WebServiceProps } from "./web-service.ts";
export { WorkerService, type WorkerServiceProps } from "./worker-service.ts";
