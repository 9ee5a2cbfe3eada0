import type { Reporter, Step } from "./reporter.ts";

/** A reporter whose steps are told within one part of a step that has several side by side. */
export function partReporter(outer: Reporter, part: Step): Reporter {
  return {
    line: part.say,
    records: outer.records,
    get current() {
      return outer.current;
    },
    async step(title, work) {
      const started = performance.now();
      let came = "";
      const value = await work({
        say: (line) => part.say(line),
        markdown: part.markdown,
        result: (text) => {
          came = text;
        },
      });
      const seconds = Math.round((performance.now() - started) / 1000);
      part.say(`${title}${came === "" ? "" : `: ${came}`} [${seconds}s]`);
      return value;
    },
    async together(title, parts) {
      await Promise.all(parts.map((each) => this.step(`${title}, ${each.title}`, each.work)));
    },
  };
}
