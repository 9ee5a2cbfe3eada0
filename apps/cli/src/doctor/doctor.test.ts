import { remoteRepository } from "./doctor.ts";

test.each([
  "https://github.com/octo-org/this-is-project.git",
  "https://github.com/octo-org/this-is-project",
  "https://token@github.com/octo-org/this-is-project.git/",
  "git@github.com:octo-org/this-is-project.git",
  "ssh://git@github.com/octo-org/this-is-project",
])("%s is a repository", (url) => {
  expect(remoteRepository(url)).toEqual({ owner: "octo-org", repo: "this-is-project" });
});

test.each(["", "/srv/git/project.git", "file:///srv/project.git"])("%j is none", (url) => {
  expect(remoteRepository(url)).toBeUndefined();
});
