const shapes = [
  /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*$/,
  /^(sha(1|256|512)|md5)[:-][0-9a-zA-Z+/=]+$/,
  // An AWS id: a short word and 8 or 17 hexadecimal digits.
  /^[a-z]{1,10}(-[a-z]{1,10})?-([0-9a-f]{8}|[0-9a-f]{17})$/,
  /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/,
  /^[0-9a-f:]*::?[0-9a-f:]*\/\d{1,3}$/i,
  /^(cron|rate|at)\([^()]*\)$/,
  /^\{\{resolve:(ssm|ssm-secure|secretsmanager):[^{}]*\}\}$/,
  /^alias\/[\w/-]+$/,
  /^ssh-(rsa|ed25519) [A-Za-z0-9+/=]+( \S*)?$/,
  /^ecdsa-sha2-\w+ [A-Za-z0-9+/=]+( \S*)?$/,
  /^(true|false|yes|no|on|off|enabled|disabled|required|optional|none|null|all|seconds|minutes|hours|days)$/i,
];

/** True for references and flags: even under the name of a secret they are none. */
export function isHarmlessValue(value: string): boolean {
  return value === "" || shapes.some((shape) => shape.test(value));
}
