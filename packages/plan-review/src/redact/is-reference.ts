const shapes = [
  /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*$/,
  /^\{\{resolve:(ssm|ssm-secure|secretsmanager):[^{}]*\}\}$/,
  /^alias\/[\w/-]+$/,
  /^(ssh-rsa|ssh-ed25519|ecdsa-sha2-\w+) [A-Za-z0-9+/=]+( \S*)?$/,
  /^(true|false|yes|no|on|off|enabled|disabled|required|optional|none|null|all|seconds|minutes|hours|days)$/i,
  /^(AWS_IAM|CUSTOM|COGNITO_USER_POOLS)$/,
];

/** True for references, public keys and flags: even under the name of a secret they are none. */
export function isReference(value: string): boolean {
  return value === "" || shapes.some((shape) => shape.test(value));
}
