import { checkEnvironments } from "./check-environments.ts";
import type { EnvironmentInput } from "./environment.ts";

const web = {
  containerName: "django",
  port: 8000,
  cpu: 512,
  memory: 1024,
  desiredCount: 2,
  healthCheckPath: "/healthz",
};

const production: EnvironmentInput = {
  project: "shop",
  name: "shop",
  account: "222222222222",
  region: "eu-west-1",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  cidrBlock: "10.0.0.0/16",
  natGateways: "single",
  registry: "production",
  stateBucket: "shop-state",
  github: { owner: "acme", name: "shop", ownerId: "1", id: "2" },
  awsProvider: "5.100.0",
  protection: "full",
  app: { folder: "apps/web" },
  services: { web },
};

const staging: EnvironmentInput = {
  ...production,
  name: "shop-staging",
  account: "111111111111",
  registry: "production",
  stateBucket: "shop-staging-state",
};

/** Validates production with one field replaced, regardless of its type. */
function withField(field: string, value: unknown) {
  return () => checkEnvironments({ production: { ...production, [field]: value } as EnvironmentInput });
}

function withService(field: string, value: unknown) {
  return withField("services", { web: { ...web, [field]: value } });
}

test("a good environment comes back with its key, its defaults and who may pull", () => {
  const found = checkEnvironments({ staging, production });
  expect(found.get("production")).toMatchObject({
    key: "production",
    pullAccounts: ["222222222222", "111111111111"],
    repository: { account: "222222222222", region: "eu-west-1", name: "shop" },
    services: { web: { architecture: "X86_64", shell: false, secrets: {} } },
  });
  expect(found.get("staging")?.repository).toEqual({ account: "222222222222", region: "eu-west-1", name: "shop" });
});

test("an environment cannot be changed after it was checked", () => {
  const found = checkEnvironments({ production }).get("production");
  expect(() => Object.assign(found?.services.web ?? {}, { port: 1 })).toThrow(/read only/);
});

test("a wanted count of 0 is kept", () => {
  const services = { web: { ...web, desiredCount: 0 } };
  expect(
    checkEnvironments({ production: { ...production, services } }).get("production")?.services.web?.desiredCount,
  ).toBe(0);
});

test.each<[string, unknown, string]>([
  ["account", "1234", "production.account (1234) must be 12 digits; give the account's number."],
  [
    "account",
    222222222222,
    "production.account (222222222222) must be a text of 12 digits; put the account's number in quotes.",
  ],
  [
    "account",
    undefined,
    "production.account (missing) must be a text of 12 digits; put the account's number in quotes.",
  ],
  [
    "name",
    "a-name-that-is-longer-than-thirty-two",
    "production.name (a-name-that-is-longer-than-thirty-two) must be at most 32 lower-case letters, digits and hyphens, a letter first; shorten it to 32 characters.",
  ],
  [
    "name",
    "Shop",
    "production.name (Shop) must be at most 32 lower-case letters, digits and hyphens, a letter first; rename it.",
  ],
  [
    "project",
    "",
    "production.project () must be at most 22 lower-case letters, digits and hyphens, a letter first; rename it.",
  ],
  ["region", "europe", "production.region (europe) must be a region; write for example eu-west-1."],
  [
    "availabilityZones",
    ["eu-west-1a"],
    'production.availabilityZones (["eu-west-1a"]) must name at least two zones; a load balancer refuses fewer.',
  ],
  [
    "availabilityZones",
    ["eu-west-1a", "eu-west-2b"],
    "production.availabilityZones.1 (eu-west-2b) must be the full name of a zone in the environment's region, such as eu-west-1a; correct it.",
  ],
  [
    "cidrBlock",
    "10.0.0.0/8",
    "production.cidrBlock (10.0.0.0/8) must be an IPv4 range from /16 to /22; write for example 10.0.0.0/16.",
  ],
  [
    "natGateways",
    "two",
    "production.natGateways (two) must be none, single or one-per-az; single costs one gateway, one-per-az survives the loss of a zone.",
  ],
  ["registry", "live", "production.registry (live) must be the key of an environment; name one of production."],
  [
    "stateBucket",
    undefined,
    "production.stateBucket (missing) must be the name of an S3 bucket; only local keeps its state in a file.",
  ],
  [
    "stateBucket",
    "Shop_State",
    "production.stateBucket (Shop_State) must be 3 to 63 lower-case letters, digits and hyphens; rename it.",
  ],
  [
    "awsProvider",
    ">= 5",
    "production.awsProvider (>= 5) must be one version from 5.100.0 to 6.x; write for example 5.100.0.",
  ],
  [
    "awsProvider",
    "5.99.0",
    "production.awsProvider (5.99.0) must be one version from 5.100.0 to 6.x; write for example 5.100.0.",
  ],
  ["protection", "some", "production.protection (some) must be full or none; full is for what people use."],
  ["services", undefined, "production.services (missing) must be services by their names; write { web: { … } }."],
  [
    "services",
    { Web: web },
    "production.services (Web) must be at most 20 lower-case letters, digits and hyphens, a letter first; rename it.",
  ],
  ["zones", [], "production (zones) must not be there; check the spelling or remove it."],
])("%s of %j is refused", (field, value, message) => {
  expect(withField(field, value)).toThrow(new Error(message));
});

test.each<[string, unknown, string]>([
  ["containerName", "a b", "production.services.web.containerName (a b) must be letters, digits, - and _; rename it."],
  ["port", 0, "production.services.web.port (0) must be a port; give a number from 1 to 65535."],
  ["port", "8000", "production.services.web.port (8000) must be a port; give a number from 1 to 65535."],
  [
    "cpu",
    500,
    "production.services.web.cpu (500) must be one of 256, 512, 1024, 2048, 4096, 8192, 16384; 1024 is one vCPU.",
  ],
  [
    "memory",
    512,
    "production.services.web.memory (512) must be one of the sizes Fargate sells with cpu 512 (1024 to 4096); the nearest is 1024.",
  ],
  ["desiredCount", -1, "production.services.web.desiredCount (-1) must be 0 or more; 0 keeps the service stopped."],
  [
    "healthCheckPath",
    "up",
    "production.services.web.healthCheckPath (up) must start with / and hold no spaces; write for example /healthz.",
  ],
  [
    "versionPath",
    "version",
    "production.services.web.versionPath (version) must start with / and hold no spaces; write for example /version.",
  ],
  [
    "versionPath",
    "",
    "production.services.web.versionPath () must start with / and hold no spaces; write for example /version.",
  ],
  [
    "command",
    "gunicorn",
    'production.services.web.command (gunicorn) must be a list of words; write ["gunicorn", "config.wsgi"].',
  ],
  [
    "migrateCommand",
    "python manage.py migrate",
    'production.services.web.migrateCommand (python manage.py migrate) must be a list of words; write ["python", "manage.py", "migrate", "--noinput"].',
  ],
  ["environment", { DEBUG: 1 }, "production.services.web.environment.DEBUG (1) must be a text; put it in quotes."],
  [
    "environment",
    { "A-B": "1" },
    "production.services.web.environment (A-B) must be letters, digits and _, no digit first; rename it.",
  ],
  [
    "architecture",
    "amd64",
    "production.services.web.architecture (amd64) must be X86_64 or ARM64; give what the image is built for.",
  ],
  ["replicas", 2, "production.services.web (replicas) must not be there; check the spelling or remove it."],
])("a service's %s of %j is refused", (field, value, message) => {
  expect(withService(field, value)).toThrow(new Error(message));
});

test("a secret's value written in place of its name is refused and not repeated", () => {
  expect(withService("secrets", { SECRET_KEY: "hunter2" })).toThrow(
    new Error(
      "production.services.web.secrets.SECRET_KEY (not shown) must be the name of an SSM parameter, such as /shop/web/SECRET_KEY, or a secret's ARN; never write a value here.",
    ),
  );
});

test("two services of one priority are refused", () => {
  expect(withField("services", { web, admin: web })).toThrow(
    "production.services.admin.priority (missing) must differ from that of web; give one of them another; lower goes first.",
  );
});

test("two environments of one account with one name are refused", () => {
  const twin = { ...staging, account: "222222222222", name: "shop" };
  expect(() => checkEnvironments({ production, staging: twin })).toThrow(
    "staging.name (shop) must differ from that of production, which is in the same account; rename one of them.",
  );
});

test("two environments that share a bucket for their states are refused", () => {
  const sharing = { ...staging, stateBucket: "shop-state" };
  expect(() => checkEnvironments({ production, staging: sharing })).toThrow(
    "staging.stateBucket (shop-state) must differ from that of production: whoever may change one environment could change the other; name another bucket.",
  );
});

describe("the repository on GitHub", () => {
  const github = { owner: "acme", name: "shop", ownerId: "1", id: "2" };

  test("it is needed where jobs could do something", () => {
    expect(withField("github", undefined)).toThrow(
      "production.github (missing) must be the repository whose jobs may plan, apply and deploy; write { owner, name, ownerId, id }.",
    );
  });

  test.each([
    ["owner", "acme/shop", "must be the name of an account or organization; take it from the repository's address."],
    ["name", "*", "must be the name of a repository; take it from the repository's address."],
    ["ownerId", "acme", "must be a number in quotes; ask GitHub: gh api repos/OWNER/NAME --jq '.owner.id, .id'."],
    ["id", 7, "must be a number in quotes; ask GitHub: gh api repos/OWNER/NAME --jq '.owner.id, .id'."],
  ])("its %s cannot be %p", (field, value, message) => {
    expect(withField("github", { ...github, [field]: value })).toThrow(
      `production.github.${field} (${value}) ${message}`,
    );
  });

  test("a real account never trusts the placeholder that the file comes with", () => {
    const untouched = { ...production, github: { ...github, owner: "this-is-owner" } };
    expect(() => checkEnvironments({ production: untouched })).not.toThrow();
    expect(() => checkEnvironments({ production: { ...untouched, account: "123456789012" } })).toThrow(
      "production.github.owner (this-is-owner) must be the owner of your repository: account 123456789012 would trust whoever takes that name; correct all four values.",
    );
  });

  test("the first environment of an account makes the provider, the others look it up", () => {
    const qa = { ...staging, name: "shop-qa", stateBucket: "shop-qa-state", services: {} };
    const found = checkEnvironments({ production, staging, qa });
    expect([...found.values()].map(({ key, githubProvider }) => [key, githubProvider])).toEqual([
      ["production", "create"],
      ["staging", "create"],
      ["qa", "look-up"],
    ]);
  });
});

describe("the app", () => {
  const app = (value: object) => withField("app", value);

  test("its paths come back without what means nothing, and with their defaults", () => {
    const found = (given: object) => app({ folder: "shop", ...given })().get("production")?.app;
    expect(found({})).toEqual({ folder: "shop", dockerfile: "Dockerfile", context: ".", buildArgs: {} });
    expect(
      found({ folder: "./shop//src/", context: "..", dockerfile: "../docker/production.Dockerfile" }),
    ).toMatchObject({
      folder: "shop/src",
      context: "..",
      dockerfile: "../docker/production.Dockerfile",
    });
    expect(found({ folder: "." })).toMatchObject({ folder: "." });
  });

  const path = "must be a path without spaces inside the repository; write for example apps/web.";
  const outside = (folder: string) => `must stay inside the repository, seen from ${folder}; take some ../ away.`;

  test.each<[object | undefined, string]>([
    [undefined, 'production.app (missing) must be { folder }; write for example { folder: "apps/web" }.'],
    [{}, `production.app.folder (missing) ${path}`],
    [{ folder: "/srv/shop" }, `production.app.folder (/srv/shop) ${path}`],
    [{ folder: ".." }, `production.app.folder (..) ${path}`],
    [{ folder: "apps/../../shop" }, `production.app.folder (apps/../../shop) ${path}`],
    [{ folder: "" }, `production.app.folder () ${path}`],
    [{ folder: "-" }, `production.app.folder (-) ${path}`],
    [{ folder: "C:\\shop" }, `production.app.folder (C:\\shop) ${path}`],
    [{ folder: "https://evil.example/shop.git" }, `production.app.folder (https://evil.example/shop.git) ${path}`],
    [{ folder: "apps/web", context: "../../.." }, `production.app.context (../../..) ${outside("apps/web")}`],
    [{ folder: ".", dockerfile: "../Dockerfile" }, `production.app.dockerfile (../Dockerfile) ${outside(".")}`],
    [
      { folder: ".", target: "--tag" },
      "production.app.target (--tag) must be the name of a stage of the Dockerfile; take it from the line FROM … AS ….",
    ],
    [
      { folder: ".", buildArgs: { "A B": "1" } },
      "production.app.buildArgs (A B) must be letters, digits and _, no digit first; rename it.",
    ],
    [
      { folder: ".", buildArgs: { A: "1\n2" } },
      'production.app.buildArgs.A (1\n2) must be one line without " and without spaces at its ends; shorten it.',
    ],
    [{ folder: ".", image: "shop" }, "production.app (image) must not be there; check the spelling or remove it."],
  ])("%j is refused", (value, message) => {
    expect(withField("app", value)).toThrow(new Error(message));
  });

  test("it is the same in environments of one registry, and may differ where each has its own", () => {
    const other = { ...staging, app: { folder: "shop" } };
    expect(() => checkEnvironments({ production, staging: other })).toThrow(
      new Error(
        'staging.app ({"folder":"shop","dockerfile":"Dockerfile","context":".","buildArgs":{}}) must be that of production: both take their image from the registry of production; give them the same, or staging a registry of its own.',
      ),
    );
    const own = { ...other, registry: "staging" };
    expect(checkEnvironments({ production, staging: own }).get("staging")?.app.folder).toBe("shop");
  });

  test.each<[unknown, string]>([
    ["npm test", "production.testCommand (npm test) must be a list of words"],
    [[], "production.testCommand ([]) must be a list of words"],
  ])("the test command %j is refused", (value, message) => {
    expect(withField("testCommand", value)).toThrow(new Error(`${message}; write ["python", "manage.py", "test"].`));
  });

  test("the test command is one as well", () => {
    const other = { ...staging, testCommand: ["pytest"] };
    expect(() => checkEnvironments({ production, staging: other })).toThrow(
      'staging.testCommand (["pytest"]) must be that of production: both take',
    );
  });
});

describe("the platform", () => {
  const worker = { ...web, priority: 50 };

  test("it is one for all services of an environment, which run one image", () => {
    expect(withField("services", { web, worker: { ...worker, architecture: "ARM64" } })).toThrow(
      new Error(
        "production.services.worker.architecture (ARM64) must be X86_64, as that of production.services.web: all services run one image; give all of them the same.",
      ),
    );
  });

  test("and for all environments of a registry", () => {
    const arm = { web: { ...web, architecture: "ARM64" as const } };
    expect(() => checkEnvironments({ production, staging: { ...staging, services: arm } })).toThrow(
      new Error(
        "staging.services.web.architecture (ARM64) must be X86_64, as that of production.services.web: all services run one image; give all of them the same.",
      ),
    );
    const both = checkEnvironments({
      production: { ...production, services: arm },
      staging: { ...staging, services: arm },
    });
    expect(both.get("staging")?.services.web?.architecture).toBe("ARM64");
    const own = { ...staging, registry: "staging", services: arm };
    expect(() => checkEnvironments({ production, staging: own })).not.toThrow();
  });
});

test("a registry must be owned by the environment that is named", () => {
  const qa = { ...staging, name: "shop-qa", registry: "staging", stateBucket: "shop-qa-state" };
  expect(() => checkEnvironments({ production, staging, qa })).toThrow(
    "qa.registry (staging) must own its registry, but takes that of production; name production.",
  );
});

test("all that is wrong is said at once", () => {
  const wrong = { ...production, account: "1", region: "x" };
  expect(() => checkEnvironments({ production: wrong })).toThrow(/^production\.account .*\nproduction\.region .*/);
});
