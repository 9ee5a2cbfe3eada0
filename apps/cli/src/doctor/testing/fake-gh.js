import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

// For tests: as much of `gh` as docs/to-a-real-account.md asks for, speaking to GITHUB_API_URL. What it does not know it refuses.
const [command, ...args] = process.argv.slice(2);

function fail(message) {
  console.error(`gh: ${message}`);
  process.exit(1);
}

/** Flags that take a value, in their order, and the rest; any other flag is refused. */
function parse(list, known) {
  const flags = [];
  const rest = [];
  for (let index = 0; index < list.length; index += 1) {
    const word = list[index];
    if (!word.startsWith("-")) rest.push(word);
    else if (!known.includes(word)) fail(`unknown flag: ${word}`);
    else {
      index += 1;
      flags.push([word, list[index] ?? fail(`flag needs an argument: ${word}`)]);
    }
  }
  return { rest, flags, last: (name) => flags.findLast(([flag]) => flag === name)?.[1] };
}

/** Owner and name of `origin`, as gh finds them. */
function repository() {
  const url = execFileSync("git", ["remote", "get-url", "origin"], { encoding: "utf8" }).trim();
  const [, owner, repo] =
    /^https:\/\/github\.com\/([^/]+)\/([^/]+?)(?:\.git)?$/.exec(url) ?? fail(`no repository in ${url}`);
  return { owner, repo };
}

async function ask(method, path, body) {
  const response = await fetch(`${process.env.GITHUB_API_URL}/${path}`, {
    method,
    headers: { authorization: `token ${process.env.GH_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, ok: response.ok, body: text === "" ? undefined : JSON.parse(text) };
}

async function must(method, path, body) {
  const answer = await ask(method, path, body);
  return answer.ok ? answer.body : fail(`${answer.body?.message ?? "no answer"} (HTTP ${answer.status})`);
}

/** `-F` turns true, false, null and whole numbers into what they look like; `a[b]` is a field within a field. */
function fields(flags) {
  const body = {};
  for (const [flag, text] of flags.filter(([flag]) => flag === "-f" || flag === "-F")) {
    const [, key, inner, value] = /^([^=[]+)(?:\[(\w+)\])?=([\s\S]*)$/.exec(text) ?? fail(`not key=value: ${text}`);
    const typed = flag === "-F" && /^(true|false|null|-?\d+)$/.test(value) ? JSON.parse(value) : value;
    if (inner === undefined) body[key] = typed;
    else body[key] = { ...body[key], [inner]: typed };
  }
  return Object.keys(body).length > 0 ? body : undefined;
}

/** `.a.b, .c` of jq, and no more. */
function selected(filter, value) {
  return filter.split(",").map((path) => {
    if (!/^(\.\w+)+$/.test(path.trim())) fail(`unknown filter: ${path}`);
    return path
      .trim()
      .slice(1)
      .split(".")
      .reduce((inner, key) => inner?.[key], value);
  });
}

async function api() {
  const { rest, flags, last } = parse(args, ["-X", "-f", "-F", "--input", "--jq"]);
  const { owner, repo } = repository();
  const path = (rest[0] ?? fail("no endpoint")).replace("{owner}", owner).replace("{repo}", repo);
  const input = last("--input");
  const body = input === undefined ? fields(flags) : JSON.parse(readFileSync(input, "utf8"));
  const answer = await must(last("-X") ?? (body === undefined ? "GET" : "POST"), path, body);
  const filter = last("--jq");
  if (filter !== undefined) console.log(selected(filter, answer).join("\n"));
  else if (answer !== undefined) console.log(JSON.stringify(answer));
}

async function label() {
  const { rest, last } = parse(args, ["--description"]);
  const { owner, repo } = repository();
  if (rest[0] !== "create") fail(`unknown command: label ${rest[0]}`);
  const body = { name: rest[1], description: last("--description") ?? "", color: "ededed" };
  await must("POST", `repos/${owner}/${repo}/labels`, body);
}

async function variable() {
  const { rest, last } = parse(args, ["--body"]);
  const { owner, repo } = repository();
  if (rest[0] !== "set") fail(`unknown command: variable ${rest[0]}`);
  const [path, body] = [`repos/${owner}/${repo}/actions/variables`, { name: rest[1], value: last("--body") }];
  const { ok, status } = await ask("POST", path, body);
  if (!ok && status !== 409) fail(`HTTP ${status}`);
  if (status === 409) await must("PATCH", `${path}/${rest[1]}`, body);
}

const commands = { api, label, variable };
if (command === "auth" && args[0] === "token") console.log(process.env.GH_TOKEN);
else await (commands[command] ?? (() => fail(`unknown command: ${command}`)))();
