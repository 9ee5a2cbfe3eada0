import { isReference } from "./is-reference.ts";

const shapes = [
  /^(sha(1|256|512)|md5)[:-][0-9a-zA-Z+/=]+$/,
  // An AWS id: a short word and 8 or 17 hexadecimal digits.
  /^[a-z]{1,10}(-[a-z]{1,10})?-([0-9a-f]{8}|[0-9a-f]{17})$/,
  /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/,
  /^[0-9a-f:]*::?[0-9a-f:]*\/\d{1,3}$/i,
  /^(cron|rate|at)\([^()]*\)$/,
];

/** True for what is public by its form, unless it goes by the name of a secret. */
export function isHarmlessValue(value: string): boolean {
  return isReference(value) || shapes.some((shape) => shape.test(value));
}
