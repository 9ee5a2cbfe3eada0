import type { Finding } from "./finding.ts";

/** The findings as lines: what is wrong first, then what could not be seen, then what is good, and the count. */
export function showFindings(findings: readonly Finding[]): readonly string[] {
  const of = <S extends Finding["state"]>(state: S) =>
    findings.filter((each): each is Extract<Finding, { state: S }> => each.state === state);
  const [bad, unknown, good] = [of("bad"), of("unknown"), of("good")];
  return [
    ...bad.map(({ what, how }) => `✖ ${what}\n    ${how}`),
    ...unknown.map(({ what, why }) => `? ${what}: ${why}`),
    ...good.map(({ what }) => `✔ ${what}`),
    "",
    `${bad.length} to mend, ${unknown.length} not to be seen from here, ${good.length} good`,
  ];
}
