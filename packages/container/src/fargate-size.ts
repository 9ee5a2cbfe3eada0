/** CPU units (1024 = one vCPU) and, in MiB, the memory that Fargate sells with them. */
const sizes = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: steps(1024, 4096, 1024) },
  { cpu: 1024, memory: steps(2048, 8192, 1024) },
  { cpu: 2048, memory: steps(4096, 16_384, 1024) },
  { cpu: 4096, memory: steps(8192, 30_720, 1024) },
  { cpu: 8192, memory: steps(16_384, 61_440, 4096) },
  { cpu: 16_384, memory: steps(32_768, 122_880, 8192) },
];

/** What is wrong with a pair of CPU and memory, or undefined. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export function fargateSizeError(cpu: number, memory: number): { field: "cpu" | "memory"; must: string } | undefined {
  const size = sizes.find((each) => each.cpu === cpu);
  if (size === undefined) {
    return { field: "cpu", must: `must be one of ${sizes.map((each) => each.cpu).join(", ")}; 1024 is one vCPU.` };
  }
  if (size.memory.includes(memory)) return undefined;
  const nearest = size.memory.reduce((a, b) => (Math.abs(b - memory) < Math.abs(a - memory) ? b : a));
  return {
    field: "memory",
    must: `must be one of the sizes Fargate sells with cpu ${cpu} (${size.memory[0]} to ${size.memory.at(-1)}); the nearest is ${nearest}.`,
  };
}

function steps(from: number, to: number, by: number): readonly number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);
}
