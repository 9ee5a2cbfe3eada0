import type { Json } from "../plan/plan-json.ts";

export interface PlantedSecret {
  readonly what: string;
  readonly type: string;
  readonly attributes: { readonly [name: string]: Json };
  /** What must not be readable anywhere, in no encoding. */
  readonly secrets: readonly string[];
  /** The provider's own marks. */
  readonly marks?: { readonly [name: string]: Json };
}

/** Put together here, so that no scanner takes the examples for real ones. */
const made = (...parts: string[]) => parts.join("");
const base64 = (text: string) => Buffer.from(text).toString("base64");

const password = "Tr0ub4dor&3-horse";
const awsKey = made("AK", "IA", "Q3EGRIUWTL5SXPEX");
const awsSecret = made("kJ8dPq2LmZ", "/x7Vb3NcR5", "tYw9HsG1fA", "+e4QuK6oDi");
const github = made("gh", "p_", "9fKq3ZtLw8XbN2vRm5JcY7hPd4SgT1aEuQ6o");
const githubFine = made("github", "_pat_", "11ABCDEFG0a1b2c3d4e5f6_g7h8i9j0k1l2m3n4o5p6");
const slack = made("xo", "xb-", "263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1");
const slackHook = made("https://hooks.sl", "ack.com/services/", "T00000000/B00000000/Zq8Xv2KpLm4Rt6Wy");
const stripe = made("sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dc");
const jwt = made(
  "eyJhbGciOiJIUzI1NiJ9",
  ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
  ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
);
const pem = made(
  "-----BEGIN RSA PRI",
  "VATE KEY-----\nMIIEowIBAAKCAQEAx4Zb\nq7nN0vV5dR8t\n-----END RSA PRI",
  "VATE KEY-----\n",
);
const hexToken = "9f86d081884c7d659a2feaa0c55ad015";
const sendgrid = made("SG", ".ngeVfQFYQlKU0ufo8x5d1A", ".TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr");
const django = made("django-", "insecure-", "x@9!q$w7r#kz&b2m(0p)u5v%c8n^l1j*");
const envBody = `DEBUG=0\nDJANGO_SETTINGS_MODULE=config.settings\nSECRET_KEY=${password}\nMAIL_HOST_LOGIN=Correct-Battery-91\n`;
const script = `#!/bin/sh\nexport DB_PASSWORD='${password}'\necho Correct-Battery-92 | docker login --password-stdin\n`;

const task = (environment: Json): Json => JSON.stringify([{ name: "web", image: "web:1", environment }]);
const variable = (name: string, value: string): Json => task([{ name, value }]);

/** More than thirty secrets, each where one is found in real plans. */
export const plantedSecrets: readonly PlantedSecret[] = [
  {
    what: "a password that the provider marks",
    type: "aws_db_instance",
    attributes: { username: "app", password },
    marks: { password: true },
    secrets: [password],
  },
  {
    what: "a parameter's marked value",
    type: "aws_ssm_parameter",
    attributes: { name: "/web/x", value: "plain words here" },
    marks: { value: true },
    secrets: ["plain words here"],
  },
  {
    what: "a marked part of a list",
    type: "aws_mq_broker",
    attributes: { user: [{ username: "u", password: "Zebra-Kettle-77" }] },
    marks: { user: [{ password: true }] },
    secrets: ["Zebra-Kettle-77"],
  },
  {
    what: "a password without a mark",
    type: "aws_docdb_cluster",
    attributes: { master_password: "hunter2hunter2" },
    secrets: ["hunter2hunter2"],
  },
  {
    what: "an environment variable in a task definition",
    type: "aws_ecs_task_definition",
    attributes: { container_definitions: variable("SECRET_KEY", "not-so-random") },
    secrets: ["not-so-random"],
  },
  {
    what: "Django's generated key under another name",
    type: "aws_ecs_task_definition",
    attributes: { container_definitions: variable("DJANGO", django) },
    secrets: [django],
  },
  {
    what: "a database URL in a task definition",
    type: "aws_ecs_task_definition",
    attributes: {
      container_definitions: variable("DATABASE_URL", "postgres://app:s3cr3t/with@signs@db.example.com:5432/app"),
    },
    secrets: ["s3cr3t/with", "signs@db"],
  },
  {
    what: "a Redis URL with only a password",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { BROKER: "rediss://:p4ssw0rd-redis@cache.example.com:6379/0" } }] },
    secrets: ["p4ssw0rd-redis"],
  },
  {
    what: "a connection string of key and value pairs",
    type: "aws_lambda_function",
    attributes: {
      environment: [{ variables: { DB: "Server=db.example.com;Database=app;User Id=app;Password=Br1ght-Moon;" } }],
    },
    secrets: ["Br1ght-Moon"],
  },
  {
    what: "a libpq string",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { PG: "host=db user=app password=Gr33n-Lake dbname=app" } }] },
    secrets: ["Gr33n-Lake"],
  },
  {
    what: "a Go data source name",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { SOURCE: "app:St0ny-Brook@tcp(db.example.com:3306)/app" } }] },
    secrets: ["St0ny-Brook"],
  },
  {
    what: "user data as text",
    type: "aws_instance",
    attributes: { user_data: script },
    secrets: [password, "Correct-Battery-92"],
  },
  {
    what: "user data in base64",
    type: "aws_launch_template",
    attributes: { user_data: base64(script) },
    secrets: [password, "Correct-Battery-92", base64(script).slice(0, 24)],
  },
  {
    what: "base64 text in an innocent attribute",
    type: "aws_s3_bucket_object",
    attributes: { metadata: { note: base64(`token=${github}\n`) } },
    secrets: [base64(`token=${github}\n`).slice(0, 24)],
  },
  {
    what: "the body of an .env file",
    type: "aws_s3_object",
    attributes: { key: "web.env", content: envBody },
    secrets: [password, "Correct-Battery-91"],
  },
  {
    what: "an .env body in base64",
    type: "aws_s3_object",
    attributes: { key: "web.env", content_base64: base64(envBody) },
    secrets: [password, base64(envBody).slice(0, 24)],
  },
  {
    what: "a private key in PEM",
    type: "aws_iam_server_certificate",
    attributes: { private_key: pem },
    secrets: ["MIIEowIBAAKCAQEAx4Zb", "q7nN0vV5dR8t"],
  },
  {
    what: "a PEM on one line inside another value",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { CERT: `prefix ${pem.replaceAll("\n", "\\n")} suffix` } }] },
    secrets: ["MIIEowIBAAKCAQEAx4Zb", "q7nN0vV5dR8t"],
  },
  {
    what: "an access key pair",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { AWS_ACCESS_KEY_ID: awsKey, OTHER: awsSecret } }] },
    secrets: [awsKey, awsSecret],
  },
  {
    what: "a GitHub token",
    type: "aws_codebuild_project",
    attributes: { description: `uses ${github}` },
    secrets: [github],
  },
  {
    what: "a fine-grained GitHub token in a clone URL",
    type: "aws_codebuild_project",
    attributes: { source: [{ location: `https://${githubFine}@github.com/owner/repo.git` }] },
    secrets: [githubFine],
  },
  { what: "a Slack token", type: "aws_lambda_function", attributes: { description: `bot ${slack}` }, secrets: [slack] },
  {
    what: "a Slack webhook",
    type: "aws_sns_topic_subscription",
    attributes: { endpoint: slackHook },
    secrets: ["T00000000/B00000000", "Zq8Xv2KpLm4Rt6Wy"],
  },
  {
    what: "a Stripe key in the tags",
    type: "aws_instance",
    attributes: { tags: { Billing: stripe } },
    secrets: [stripe],
  },
  {
    what: "a JWT",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { X: jwt } }] },
    secrets: [jwt],
  },
  {
    what: "a SendGrid key",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { MAIL: sendgrid } }] },
    secrets: [sendgrid],
  },
  {
    what: "a hexadecimal token under an innocent name",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { FEATURES: hexToken } }] },
    secrets: [hexToken],
  },
  {
    what: "JSON inside a string inside JSON",
    type: "aws_ecs_task_definition",
    attributes: {
      container_definitions: variable("CONFIG", JSON.stringify({ db: { host: "db", password: "Deep-Water-5" } })),
    },
    secrets: ["Deep-Water-5"],
  },
  {
    what: "JSON after other text",
    type: "aws_lambda_function",
    attributes: { description: 'config {"user":"app","api_key":"Quiet-Forest-8"}' },
    secrets: ["Quiet-Forest-8"],
  },
  {
    what: "an argument after its flag",
    type: "aws_ecs_task_definition",
    attributes: {
      container_definitions: JSON.stringify([{ name: "web", command: ["run", "--db-password", "Loud-River-3"] }]),
    },
    secrets: ["Loud-River-3"],
  },
  {
    what: "a command line in one string",
    type: "aws_cloudwatch_event_target",
    attributes: { input: "run --api-key Warm-Stone-6 --verbose" },
    secrets: ["Warm-Stone-6"],
  },
  {
    what: "an authorization header",
    type: "aws_cloudwatch_event_connection",
    attributes: { note: "Authorization: Bearer abcdefghijklmnop" },
    secrets: ["abcdefghijklmnop"],
  },
  {
    what: "a header that the origin checks",
    type: "aws_cloudfront_distribution",
    attributes: { origin: [{ custom_header: [{ name: "X-Origin-Token", value: "plain-header" }] }] },
    secrets: ["plain-header"],
  },
  {
    what: "a plain CodeBuild variable",
    type: "aws_codebuild_project",
    attributes: {
      environment: [{ environment_variable: [{ name: "NPM_TOKEN", type: "PLAINTEXT", value: "Cold-Night-2" }] }],
    },
    secrets: ["Cold-Night-2"],
  },
  {
    what: "a signed URL",
    type: "aws_lambda_function",
    attributes: {
      environment: [{ variables: { FILE: "https://example.com/a?X-Amz-Signature=c0ffee&sig=abc%2Fdef" } }],
    },
    secrets: ["c0ffee", "abc%2Fdef"],
  },
  {
    what: "a password hash",
    type: "aws_lambda_function",
    attributes: {
      environment: [{ variables: { USERS: "ops:$2b$12$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" } }],
    },
    secrets: ["N9qo8uLOickgx2ZMRZoMye"],
  },
  {
    what: "a marked password repeated where nothing marks it",
    type: "aws_route53_record",
    attributes: { name: "txt.example.com", records: [`v=${password}`] },
    secrets: [password],
  },
  {
    what: "a mail password by a short name",
    type: "aws_ecs_task_definition",
    attributes: { container_definitions: variable("SMTP_PASS", "prod-1234abcd") },
    secrets: ["prod-1234abcd"],
  },
  {
    what: "a MongoDB URL",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { STORE: "mongodb+srv://app:Tall-Tree-4@cluster0.example.com/app" } }] },
    secrets: ["Tall-Tree-4"],
  },
  {
    what: "an API key that looks like an id",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { MAPS_API_KEY: "2f6bd6a2-8a4b-4b7e-9d8f-7c6b5a493828" } }] },
    secrets: ["2f6bd6a2-8a4b-4b7e-9d8f-7c6b5a493828"],
  },
  {
    what: "a whole .env body in one variable",
    type: "aws_lambda_function",
    attributes: { environment: [{ variables: { DOT: envBody } }] },
    secrets: ["Correct-Battery-91"],
  },
];
