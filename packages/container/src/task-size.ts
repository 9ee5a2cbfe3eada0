/** How big and how many the tasks are. */
export interface TaskSize {
  /** CPU units; 1024 is one vCPU. */
  readonly cpu: number;
  /** MiB; must be a size Fargate sells with `cpu`. */
  readonly memory: number;
  /** The count that `deploy-service` sets; Terraform creates the service with none. */
  readonly desiredCount: number;
  /** What the image is built for. @default "X86_64" */
  readonly architecture?: "X86_64" | "ARM64";
}
