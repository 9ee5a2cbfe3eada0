/**
 * A workflow's text without the lines `queue: …` of its concurrency groups and `deployment: false` of its environments: act ignores groups
 * and keeps no record of deployments, but its schema is older than these keys and refuses the file.
 * https://github.com/nektos/act/blob/v0.2.89/pkg/schema/workflow_schema.json
 */
export const withoutNewKeys = (text: string): string =>
  text.replace(/^ +(?:queue: (?:max|single)|deployment: false)\r?\n/gm, "");
