import type { Json } from "../plan/plan-json.ts";
import type { Kind } from "./planted-kinds.ts";

const digest = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

const publicKey =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq7nN0vV5dR8tXx4Zb9fKq3ZtLw8XbN2vRm5JcY7hPd4SgT1aEuQ6oW3xYz0Kk2Jj8Hh6Gg4Ff2Dd1Ss9Aa7Pp5Oo3Ii1Uu8Yy6Tt4Rr2Ee0Ww9Qq7Mm5Nn3Bb1Vv8Cc6Xx4Zz2Ll0KkIDAQAB";

const variables: { readonly [name: string]: string } = {
  ALLOWED_HOSTS: "example.com,www.example.com",
  DJANGO_SETTINGS_MODULE: "config.settings",
  IMAGE_DIGEST: digest,
  GIT_COMMIT: "3d3c42e5aac5ba805825da76410c181273ba90b1",
  SECRET_NAME: "/this-is-project/web/SECRET_KEY",
  SECRET_ARN: "arn:aws:secretsmanager:ap-northeast-2:222222222222:secret:web/django-AbCdEf",
  DATABASE_HOST: "db.cluster-c9akciq32abc.ap-northeast-2.rds.amazonaws.com",
  SQLITE: "sqlite:////srv/app/db.sqlite3",
  LOG_LEVEL: "INFO",
  PASSWORD_MIN_LENGTH: "12",
  SESSION_COOKIE_AGE: "1209600",
  TOKEN_ENDPOINT: "https://login.example.com/oauth2/token",
  STATIC_URL: "https://static.example.com/assets/v1.2.3/",
  USE_TLS: "true",
  SESSION_COOKIE_SAMESITE: "Lax",
  CSRF_COOKIE_SAMESITE: "Strict",
  PASSWORD_RESET_TIMEOUT: "259200",
  SECURE_HSTS_SECONDS: "31536000",
  DJANGO_SESSION_COOKIE_SAMESITE: "None",
  X_FRAME_OPTIONS: "SAMEORIGIN",
  SECURE_REFERRER_POLICY: "strict-origin-when-cross-origin",
  TIME_ZONE: "Asia/Seoul",
  DEFAULT_FROM_EMAIL: "webmaster@example.com",
  TOKEN_URL: "https://login.example.com/oauth2/token",
  REDIS: "redis://cache.example.com:6379/0",
  CACHE: "redis:6379",
  TIMEOUT: "30s",
  SINCE: "2026-11-24T10:31:00Z",
  REGION: "ap-northeast-2",
  BUCKET_ARN: "arn:aws:s3:::this-is-project-media",
  VPC: "vpc-0a1b2c3d4e5f67890",
  MEDIA_ROOT: "/srv/app/media",
  RATIO: "0.25",
  LANG: "ko_KR.UTF-8",
};

/** Values that a reviewer needs; each must stay as it is. */
export const harmlessValues: readonly { readonly attribute: string; readonly value: Json }[] = [
  ...Object.entries(variables).map(([name, value]) => ({
    attribute: "container_definitions",
    value: JSON.stringify([{ name: "web", environment: [{ name, value }] }]),
  })),
  { attribute: "image", value: `222222222222.dkr.ecr.ap-northeast-2.amazonaws.com/this-is-project-web@${digest}` },
  { attribute: "image", value: "222222222222.dkr.ecr.ap-northeast-2.amazonaws.com/this-is-project-web:v1.2.3-rc.1" },
  { attribute: "image", value: "public.ecr.aws/docker/library/python:3.12-slim-bookworm" },
  { attribute: "source_code_hash", value: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
  { attribute: "source_code_hash", value: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
  { attribute: "thumbprint_list", value: ["6938fd4d98bab03faadb97b34396831e3780aea1"] },
  { attribute: "image_tag", value: "3d3c42e5aac5ba805825da76410c181273ba90b1" },
  { attribute: "authorization", value: "AWS_IAM" },
  { attribute: "bucket", value: "this-is-project-terraform-20261124103000123400000001" },
  { attribute: "etag", value: "9e107d9d372bb6826bd81d3542a419d6" },
  { attribute: "content_sha256", value: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae" },
  { attribute: "role_arn", value: "arn:aws:iam::222222222222:role/this-is-project-web-execution" },
  {
    attribute: "kms_key_id",
    value: "arn:aws:kms:ap-northeast-2:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  {
    attribute: "target_group_arn",
    value: "arn:aws:elasticloadbalancing:ap-northeast-2:222222222222:targetgroup/this-is-project-tg/73e2d6bc24d8a067",
  },
  { attribute: "policy_arn", value: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
  {
    attribute: "certificate_arn",
    value: "arn:aws:acm:us-east-1:222222222222:certificate/7b9f3c1e-aaaa-bbbb-cccc-1234567890ab",
  },
  {
    attribute: "task_definition",
    value: "arn:aws:ecs:ap-northeast-2:222222222222:task-definition/this-is-project-web:41",
  },
  { attribute: "load_balancer_suffix", value: "app/this-is-project-lb/50dc6c495c0c9188" },
  { attribute: "vpc_id", value: "vpc-0a1b2c3d4e5f67890" },
  { attribute: "subnet_id", value: "subnet-0f9e8d7c6b5a43210" },
  { attribute: "security_groups", value: ["sg-0123456789abcdef0", "sg-0fedcba9876543210"] },
  { attribute: "allocation_id", value: "eipalloc-64d5890a" },
  { attribute: "ami", value: "ami-0abcdef1234567890" },
  { attribute: "zone_id", value: "Z2FDTNDATAQYW2" },
  { attribute: "distribution_id", value: "E2QWRUHAPOMQZL" },
  { attribute: "caller_reference", value: "2f6bd6a2-8a4b-4b7e-9d8f-7c6b5a493827" },
  { attribute: "canonical_user_id", value: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" },
  { attribute: "cidr_block", value: "10.0.0.0/16" },
  { attribute: "cidr_blocks", value: ["0.0.0.0/0", "203.0.113.7/32"] },
  { attribute: "ipv6_cidr_block", value: "2001:db8:1234:1a00::/56" },
  { attribute: "schedule_expression", value: "cron(50 22 * * ? *)" },
  { attribute: "schedule_expression", value: "rate(5 minutes)" },
  { attribute: "recurrence", value: "50 22 * * *" },
  { attribute: "domain_name", value: "*.example.com" },
  { attribute: "dns_name", value: "this-is-project-lb-1234567890.ap-northeast-2.elb.amazonaws.com" },
  { attribute: "origin", value: "d111111abcdef8.cloudfront.net" },
  { attribute: "record", value: "_a79865eb4cd1a6ab990a45779b4e0b96.example.com." },
  { attribute: "record_value", value: "_424c7224e9b0146f9a8808af955727d0.acm-validations.aws." },
  { attribute: "ssl_policy", value: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" },
  {
    attribute: "policy",
    value: JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: "arn:aws:secretsmanager:ap-northeast-2:222222222222:secret:web-AbCdEf",
        },
      ],
    }),
  },
  {
    attribute: "assume_role_policy",
    value: JSON.stringify({
      Statement: [
        {
          Condition: {
            StringLike: {
              "token.actions.githubusercontent.com:sub": "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
            },
          },
        },
      ],
    }),
  },
  { attribute: "metadata_options", value: [{ http_tokens: "required", http_put_response_hop_limit: 1 }] },
  { attribute: "password_policy", value: [{ minimum_password_length: 14, password_reuse_prevention: 24 }] },
  { attribute: "manage_master_user_password", value: true },
  { attribute: "key_name", value: "this-is-project-key" },
  {
    attribute: "public_key",
    value: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops@example.com",
  },
  { attribute: "hash_key", value: "LockID" },
  { attribute: "kms_alias", value: "alias/this-is-project-secrets" },
  {
    attribute: "secrets",
    value: [
      {
        name: "SECRET_KEY",
        valueFrom: "arn:aws:ssm:ap-northeast-2:222222222222:parameter/this-is-project/web/SECRET_KEY",
      },
    ],
  },
  {
    attribute: "environment_variable",
    value: [{ name: "REGISTRY_TOKEN", type: "PARAMETER_STORE", value: "/this-is-project/registry" }],
  },
  { attribute: "password", value: "{{resolve:secretsmanager:this-is-project/db:SecretString:password}}" },
  { attribute: "secret_rotation_days", value: 30 },
  { attribute: "command", value: ["gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi:application"] },
  { attribute: "command", value: ["celery", "-A", "config", "worker", "-l", "info", "--concurrency=4"] },
  { attribute: "command", value: ["sh", "-c", "python manage.py migrate && gunicorn config.wsgi:application"] },
  { attribute: "command", value: ["CMD-SHELL", "curl -f http://localhost:8000/healthz || exit 1"] },
  { attribute: "tags", value: { Name: "this-is-project-public-a", Environment: "staging", Cost: "42" } },
  { attribute: "uses", value: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1" },
  { attribute: "records", value: [`v=DKIM1; k=rsa; p=${publicKey}`] },
  { attribute: "records", value: [`v=DKIM1; k=rsa; p=${publicKey.slice(0, 150)}" "${publicKey.slice(150)}`] },
  { attribute: "etag", value: '"9e107d9d372bb6826bd81d3542a419d6-5"' },
  { attribute: "version_id", value: "L4kqtJlcpXroDTDmJ.rmSpXd3dIbrHYp" },
  { attribute: "s3_object_version_id", value: "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo" },
  { attribute: "engine_version", value: "15.4" },
  { attribute: "health_check_path", value: "/healthz" },
  { attribute: "name", value: "this-is-project-production-web-20261124103000123456789" },
  { attribute: "source_location", value: "https://github.com/octo-org/this-is-project.git" },
  { attribute: "repository_url", value: "222222222222.dkr.ecr.ap-northeast-2.amazonaws.com/this-is-project-web" },
  { attribute: "endpoint", value: "mailto:operations@example.com" },
  { attribute: "email", value: "operations@example.com" },
  { attribute: "log_group", value: "/ecs/this-is-project-production/web" },
  { attribute: "launch_template_version", value: "$Latest" },
];

/** What a harmless value could be taken for. */
export function nearestKind({ attribute, value }: (typeof harmlessValues)[number]): Kind {
  const text = JSON.stringify(value);
  if (attribute === "command") return "command lines";
  if (/secret|passw|token|session|cookie|auth|csrf|_key|public_key/i.test(`${attribute} ${text}`)) return "names";
  if (/:\/\/|@|:\d{2,5}"|\.(com|dev|aws|net)\b/.test(text)) return "logins";
  return /[0-9a-f]{16}|[0-9a-f]{8}-|[A-Za-z0-9+/]{40}|^"[A-Z0-9]{14}"/.test(text) ? "known values" : "key and value";
}
