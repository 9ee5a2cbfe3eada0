import { fargateSizeError } from "./fargate-size.ts";

test.each([
  [256, 512],
  [256, 2048],
  [512, 4096],
  [1024, 2048],
  [2048, 16_384],
  [4096, 30_720],
  [8192, 20_480],
  [16_384, 122_880],
])("cpu %i with memory %i is sold", (cpu, memory) => {
  expect(fargateSizeError(cpu, memory)).toBeUndefined();
});

test.each([
  [256, 4096, "must be one of the sizes Fargate sells with cpu 256 (512 to 2048); the nearest is 2048."],
  [1024, 2500, "must be one of the sizes Fargate sells with cpu 1024 (2048 to 8192); the nearest is 2048."],
  [8192, 18_000, "must be one of the sizes Fargate sells with cpu 8192 (16384 to 61440); the nearest is 16384."],
])("cpu %i with memory %i is not", (cpu, memory, must) => {
  expect(fargateSizeError(cpu, memory)).toEqual({ field: "memory", must });
});

test("another number of CPU units is not sold", () => {
  expect(fargateSizeError(1000, 2048)).toEqual({
    field: "cpu",
    must: "must be one of 256, 512, 1024, 2048, 4096, 8192, 16384; 1024 is one vCPU.",
  });
});
