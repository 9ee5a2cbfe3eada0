import { checkRoles, subjectsOf } from "./roles.ts";

const github = { owner: "acme", name: "shop", ownerId: "1", id: "2", branch: "develop" };
const production = { key: "production", name: "shop", account: "222222222222", github };
const staging = { key: "staging", name: "shop-staging", account: "111111111111", github };
const subjects = (branch: string) =>
  ["repo:acme/shop", "repo:acme@1/shop@2"].map((each) => `${each}:ref:refs/heads/${branch}`);

const check = (found: readonly string[] | undefined, account = "222222222222") =>
  checkRoles([staging, production], { account: async () => account, subjects: async () => found });

test("a role that trusts the branch of environments.ts is good; one of an account without credentials is not looked at", async () => {
  expect(await check(subjects("develop"))).toEqual([
    { state: "good", what: "the role shop-plan trusts develop of this repository, and nothing else" },
  ]);
  expect(await check(subjects("develop"), "333333333333")).toEqual([]);
});

test("a role from before the branch was another is told to follow by bootstrap", async () => {
  expect(await check(subjects("main"))).toEqual([
    {
      state: "bad",
      what: "the role shop-plan (repo:acme/shop:ref:refs/heads/main, repo:acme@1/shop@2:ref:refs/heads/main) must trust repo:acme/shop:ref:refs/heads/develop and repo:acme@1/shop@2:ref:refs/heads/develop alone",
      next: "npm run bootstrap -- production",
    },
  ]);
});

test("one that trusts more is none, nor is a missing one", async () => {
  expect(await check([...subjects("develop"), "repo:acme/shop:pull_request"])).toMatchObject([{ state: "bad" }]);
  expect(await check(undefined)).toEqual([
    { state: "bad", what: "the role shop-plan (missing) must exist", next: "npm run bootstrap -- production" },
  ]);
});

test("subjects are read from what IAM gives, and a statement without any is named", () => {
  const document = (Condition?: object) =>
    encodeURIComponent(JSON.stringify({ Statement: [{ Effect: "Allow", ...(Condition && { Condition }) }] }));
  const issuer = "token.actions.githubusercontent.com";
  const equals = { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subjects("main") } };
  expect(subjectsOf(document(equals))).toEqual(subjects("main"));
  expect(subjectsOf(document({ StringLike: { [`${issuer}:sub`]: "repo:acme/*" } }))).toEqual(["repo:acme/*"]);
  expect(subjectsOf(document())).toEqual(["anybody"]);
});
