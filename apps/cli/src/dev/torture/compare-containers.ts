export interface SeenContainers {
  /** Containers of the local AWS that runs, each with the task it says it belongs to. */
  readonly containers: readonly { readonly name: string; readonly task: string }[];
  readonly runningTasks: ReadonlySet<string>;
  /** Ids of containers of earlier ones. */
  readonly earlier: readonly string[];
}

/** What is there without being wanted and wanted without being there, in words. */
export function compareContainers({ containers, runningTasks, earlier }: SeenContainers): readonly string[] {
  const tasks = new Set(containers.map(({ task }) => task));
  return [
    ...containers
      .filter(({ task }) => !runningTasks.has(task))
      .map(({ name }) => `container ${name} belongs to no running task`),
    ...[...runningTasks]
      .filter((task) => !tasks.has(task))
      .map((task) => `task ${task.split("/").at(-1)} runs without a container`),
    ...earlier.map((id) => `container ${id.slice(0, 12)} is of an earlier local AWS`),
  ];
}
