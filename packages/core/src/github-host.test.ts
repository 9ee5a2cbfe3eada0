import { foreignHost, foreignHostError } from "./github-host.ts";

test.each([
  ["https://acme.ghe.com/acme/shop.git", "acme.ghe.com"],
  ["https://api.acme.ghe.com", "api.acme.ghe.com"],
  ["https://token@github.acme.com/acme/shop", "github.acme.com"],
  ["https://github.acme.com:8443/api/v3", "github.acme.com"],
  ["git@acme.ghe.com:acme/shop.git", "acme.ghe.com"],
  ["ssh://git@GitHub.Acme.Com/acme/shop", "github.acme.com"],
  ["acme.ghe.com/acme", "acme.ghe.com"],
  ["https://github.com.evil.example/acme/shop", "github.com.evil.example"],
  ["git@gitlab.com:acme/shop.git", "gitlab.com"],
])("%s is on %s", (address, host) => {
  expect(foreignHost(address)).toBe(host);
});

test.each([
  "https://github.com/acme/shop.git",
  "https://mona:ghp_x@github.com/acme/shop",
  "git@github.com:acme/shop.git",
  "ssh://git@ssh.github.com:443/acme/shop.git",
  "https://api.github.com",
  "git@github-work:acme/shop.git",
  "http://127.0.0.1:4000",
  "http://localhost:4000",
  "/srv/git/shop.git",
  "../shop.git",
  "file:///srv/git/shop.git",
  "acme/shop",
  "acme",
  "",
])("%j names no other host", (address) => {
  expect(foreignHost(address)).toBeUndefined();
});

test("the first that leads elsewhere is named, without a password in it", () => {
  const addresses = {
    origin: "git@github.com:acme/shop.git",
    GITHUB_API_URL: "https://a:secret@github.acme.com/api/v3",
  };
  expect(foreignHostError(addresses)).toEqual({
    what: "GITHUB_API_URL (github.acme.com) must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere",
    next: "push the project to a repository on github.com, where its workflows run",
  });
  expect(foreignHostError({ origin: undefined, GITHUB_SERVER_URL: "https://github.com" })).toBeUndefined();
});
