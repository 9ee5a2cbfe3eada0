import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const carried = ["index-url", "extra-index-url", "trusted-host", "timeout", "retries"];

/** How this machine's pip reaches its index: pip's own variables before its files. Read without starting Python. */
export function pipSettings(
  variables: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const files = [
    "/etc/pip.conf",
    join(home, ".pip/pip.conf"),
    join(home, ".config/pip/pip.conf"),
    variables.PIP_CONFIG_FILE,
  ];
  for (const file of files) {
    if (file !== undefined && existsSync(file)) readFile(readFileSync(file, "utf8"), settings);
  }
  for (const name of carried) {
    const value = variables[`PIP_${name === "timeout" ? "DEFAULT_TIMEOUT" : name.toUpperCase().replaceAll("-", "_")}`];
    if (value !== undefined && value !== "") settings.set(name, value);
  }
  // An image is not a place for a password.
  for (const [name, value] of settings) if (/:\/\/[^/\s]*@/.test(value)) settings.delete(name);
  return settings;
}

function readFile(text: string, settings: Map<string, string>): void {
  let section = "";
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const [, key, value = ""] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    const more = /^\s+(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      last = undefined;
    } else if (key !== undefined) {
      const name = key === "default-timeout" ? "timeout" : key;
      last = carried.includes(name) && ["global", "install"].includes(section) ? name : undefined;
      if (last !== undefined) settings.set(last, value.trim());
    } else if (more !== undefined && last !== undefined) {
      settings.set(last, `${settings.get(last)} ${more.trim()}`.trim());
    }
  }
}
