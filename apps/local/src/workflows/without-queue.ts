/**
 * A workflow's text without the lines `queue: …` of its concurrency groups: act ignores groups, but its schema is older than that key and
 * refuses the file. https://github.com/nektos/act/blob/v0.2.89/pkg/schema/workflow_schema.json
 */
export const withoutQueue = (text: string): string => text.replace(/^ +queue: (?:max|single)\r?\n/gm, "");
