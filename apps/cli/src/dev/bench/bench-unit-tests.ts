import type { Figure } from "./figure.ts";
import { measureCommand } from "./measure.ts";
import { median } from "./median.ts";

/** `npm run test:unit` with a warm cache, median of 3. */
export function benchUnitTests(root: string): readonly Figure[] {
  const command = ["node_modules/jest/bin/jest.js", "--config", "jest.unit.config.js", "--runInBand"];
  const jest = () => measureCommand({ arguments: command, cwd: root }).cpuSeconds;
  jest();
  return [{ what: "unit tests, CPU", value: median([jest(), jest(), jest()]), unit: "s", limit: 6 }];
}
