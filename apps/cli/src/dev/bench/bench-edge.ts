import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { ensurePython, type SlipwayHome } from "@slipway/local-aws";
import type { Figure } from "./measure.ts";

/** Medians in milliseconds, as `aws.tests.bench_edge` prints them. */
interface Medians {
  readonly http: number;
  readonly https: number;
  readonly connection: number;
  readonly dns: number;
  readonly hit: number;
}

/** Measures how the local AWS answers at a load balancer, a distribution and its resolver, with an instance of its own on a free port. */
export async function benchEdge(
  home: SlipwayHome,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = join(home.root, "apps/local-aws");
  const python = await ensurePython({ home, requirements: join(folder, "aws/requirements.txt"), signal, log });
  const { stdout, stderr, status } = spawnSync(python, ["-m", "aws.tests.bench_edge"], {
    cwd: folder,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Failure(
      `aws.tests.bench_edge (exit code ${status}) must run to be measured; it said: ${stderr.slice(-500)}`,
    );
  }
  const { http, https, connection, dns, hit } = JSON.parse(stdout) as Medians;
  return [
    { what: "request over HTTPS against HTTP, same connection", value: https / http, unit: "times", limit: 1.3 },
    { what: "new TLS connection and a request", value: connection, unit: "ms", limit: 25 },
    { what: "answer of DNS", value: dns, unit: "ms", limit: 3 },
    { what: "file from a distribution's cache", value: hit, unit: "ms", limit: 5 },
  ];
}
