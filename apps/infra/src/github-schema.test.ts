import { githubSchema } from "./github-schema.ts";

const github = { owner: "acme", name: "shop", ownerId: "1", id: "2" };

/** What is said of each field that is wrong. */
const errors = (fields: object) =>
  githubSchema.safeParse({ ...github, ...fields }).error?.issues.map(({ path, message }) => [path.join("."), message]);

test("main is the default branch until another is named", () => {
  expect(githubSchema.parse(github).branch).toBe("main");
});

test.each(["master", "develop", "release/2026.1", "v1.x", "trunk_2"])("the branch may be %s", (branch) => {
  expect(githubSchema.parse({ ...github, branch }).branch).toBe(branch);
});

test.each([
  "",
  "-main",
  "main.",
  "main.lock",
  "a..b",
  "a//b",
  "/main",
  "main/",
  ".main",
  "a/.b",
  "HEAD",
  "ma in",
  "main*",
  "main:x",
  "@{u}",
  "it's",
  "$(id)",
  "${{ github.sha }}",
  "main\n",
  7,
])("no branch is %j", (branch) => {
  expect(errors({ branch })).toEqual([
    [
      "branch",
      "must be the name of a branch in letters, digits, . _ / and -, as git allows it; take the default branch from the repository's settings.",
    ],
  ]);
});

const elsewhere =
  "must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere; push the project to a repository on github.com, where its workflows run.";

test.each([
  ["owner", "https://acme.ghe.com/acme"],
  ["owner", "acme.ghe.com/acme"],
  ["owner", "github.acme.com/acme"],
  ["name", "https://github.acme.com/acme/shop"],
  ["name", "git@acme.ghe.com:acme/shop.git"],
])("%s cannot be %s: another host is named, not a wrong spelling", (field, value) => {
  expect(errors({ [field]: value })).toEqual([[field, elsewhere]]);
});

test.each([
  [
    "owner",
    "https://github.com/acme",
    "must be the name of an account or organization; take it from the repository's address.",
  ],
  ["owner", "acme/shop", "must be the name of an account or organization; take it from the repository's address."],
  ["name", "acme/shop", "must be the name of a repository; take it from the repository's address."],
])("%s cannot be %s", (field, value, message) => {
  expect(errors({ [field]: value })).toEqual([[field, message]]);
});
