export { type GithubClient, githubClient, githubFailure, writeRefusal } from "./client.ts";
export { type CommentTarget, commentStore, marker, type UpsertOptions, upsertComment } from "./comments.ts";
export { type GithubContext, githubContext, runUrl } from "./context.ts";
export { issueStore, type UpsertedIssue, upsertIssue } from "./issues.ts";
export { type LabelState, labelState } from "./labels.ts";
export { type CommitStatus, changedFiles, findOpenPull, type OpenPull, setStatus } from "./open-pull.ts";
export { postReport } from "./post.ts";
export { type Pull, pullStore } from "./pull-requests.ts";
