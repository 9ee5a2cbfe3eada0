import * as core from "@actions/core";
import { ActionFailure } from "@slipway/core/failure";

/** Reads an action's inputs; used by `main.ts` files only. */
export const inputs = {
  text(name: string): string {
    return core.getInput(name);
  },

  required(name: string): string {
    const value = core.getInput(name);
    if (value === "")
      throw new ActionFailure("input-invalid", `Input \`${name}\` () must not be empty`, `set it under \`with:\``);
    return value;
  },

  /** Items separated by line breaks or commas. */
  list(name: string): string[] {
    return core
      .getInput(name)
      .split(/[\n,]/)
      .map((item) => item.trim())
      .filter((item) => item !== "");
  },

  /** One item per line, commas and all. */
  lines(name: string): string[] {
    const lines = core.getInput(name).split("\n");
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  },

  /** `NAME=value` lines; empty lines and lines that start with `#` are skipped. */
  pairs(name: string): [string, string][] {
    const lines = core.getInput(name).split("\n");
    const used = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
    return used.map((line, index) => {
      const at = line.indexOf("=");
      if (at < 1) {
        // Never the line itself: it may hold a secret.
        throw new ActionFailure(
          "input-invalid",
          `Input \`${name}\` (line ${index + 1}) must be lines of NAME=value`,
          "write one pair per line",
        );
      }
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
  },

  /** A JSON list of words, as a command has them; undefined when the input is empty. */
  words(name: string): string[] | undefined {
    const value = core.getInput(name);
    if (value === "") return undefined;
    const words = parsed(value);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string")) return words;
    throw new ActionFailure(
      "input-invalid",
      `Input \`${name}\` (${value.length} characters) must be a JSON list of words`,
      'write for example ["python", "manage.py", "migrate"]',
    );
  },

  flag(name: string): boolean {
    const value = core.getInput(name).toLowerCase();
    if (value === "true") return true;
    if (value === "false" || value === "") return false;
    throw new ActionFailure(
      "input-invalid",
      `Input \`${name}\` (${shown(value)}) must be true or false`,
      "correct it under `with:`",
    );
  },

  /** A whole number of the given range; undefined when the input is empty. */
  integer(name: string, range: { min: number; max: number }): number | undefined {
    const value = core.getInput(name);
    if (value === "") return undefined;
    const number = Number(value);
    if (!Number.isInteger(number) || number < range.min || number > range.max) {
      const wanted = `a whole number from ${range.min} to ${range.max}`;
      throw new ActionFailure(
        "input-invalid",
        `Input \`${name}\` (${shown(value)}) must be ${wanted}`,
        "correct it under `with:`",
      );
    }
    return number;
  },
};

/** What was meant as a number or a flag; anything else may be a secret in the wrong place. */
function shown(value: string): string {
  return /^([a-z]{1,10}|-?\d{1,10}(\.\d{1,10})?)$/.test(value) ? value : `${value.length} characters`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
