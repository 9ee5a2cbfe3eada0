/** An environment of the repository, as somebody has set it up. */
export interface StoredEnvironment {
  /** Patterns of the refs that may use it; undefined: any ref. */
  refs?: string[];
  /** Names of its reviewers; empty: none is required. */
  reviewers: string[];
  preventSelfReview: boolean;
}

/** A ruleset, with the fields that GitHub takes when it is made. */
export interface StoredRuleset {
  name: string;
  target: "branch" | "tag";
  enforcement: "active" | "disabled" | "evaluate";
  conditions: { ref_name: { include: string[]; exclude: string[] } };
  rules: { type: string; parameters?: Record<string, unknown> }[];
  bypass_actors?: { actor_type: string; actor_id?: number | null; bypass_mode?: string }[];
}

/** Settings of the repository; the fake starts with the defaults of a new repository. */
export interface RepositorySettings {
  id: number;
  ownerId: number;
  defaultBranch: string;
  private: boolean;
  rulesets: StoredRuleset[];
  environments: Map<string, StoredEnvironment>;
  /** Variables of Actions. */
  variables: Map<string, string>;
  defaultToken: "read" | "write";
  mayApprove: boolean;
  defaultSubject: boolean;
  codeownersErrors: { line: number; message: string }[];
  /** Whether the token may ask what only administrators may. */
  isAdministrator: boolean;
}

function newRepositorySettings(): RepositorySettings {
  return {
    id: 4000,
    ownerId: 0,
    defaultBranch: "main",
    private: false,
    rulesets: [],
    environments: new Map(),
    variables: new Map(),
    defaultToken: "write",
    mayApprove: true,
    defaultSubject: true,
    codeownersErrors: [],
    isAdministrator: true,
  };
}

export interface StoredStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly url: string | null;
}

export interface StoredComment {
  readonly id: number;
  readonly on: { readonly issue: number } | { readonly commit: string };
  readonly login: string;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface StoredIssue {
  readonly number: number;
  readonly login: string;
  readonly isPull: boolean;
  title: string;
  body: string;
  state: "open" | "closed";
  stateReason: string | null;
  labels: string[];
  readonly createdAt: string;
  updatedAt: string;
}

/** That somebody put a label on an issue or pull request, or took it away. */
export interface StoredLabelEvent {
  readonly id: number;
  readonly issue: number;
  readonly event: "labeled" | "unlabeled";
  readonly label: string;
  readonly login: string;
  readonly createdAt: string;
}

export interface StoredPull {
  readonly number: number;
  headSha: string;
  readonly headRef: string;
  readonly headRepository: string;
  readonly baseSha: string;
  mergeSha: string | null;
  /** Paths that it changes. */
  files: readonly string[];
  /** Every commit that GitHub would associate with it: its own, and what a merge made of them. */
  readonly commits: string[];
}

/** The state of one repository in the fake GitHub. */
export class GithubState {
  readonly issues = new Map<number, StoredIssue>();
  readonly labels = new Set<string>();
  readonly pulls = new Map<number, StoredPull>();
  comments: StoredComment[] = [];
  readonly labelEvents: StoredLabelEvent[] = [];
  /** Who may do more than read, by login: "admin" or "write". */
  readonly permissions = new Map([["octocat", "admin"]]);
  readonly statuses: StoredStatus[] = [];
  readonly settings = newRepositorySettings();
  private lastId = 1000;
  private clock = Date.UTC(2026, 0, 1);

  addIssue(values: {
    title: string;
    body?: string;
    login?: string;
    labels?: readonly string[];
    pull?: boolean;
  }): StoredIssue {
    const now = this.now();
    const issue: StoredIssue = {
      number: this.issues.size + 1,
      login: values.login ?? "octocat",
      isPull: values.pull ?? false,
      title: values.title,
      body: values.body ?? "",
      state: "open",
      stateReason: null,
      labels: [],
      createdAt: now,
      updatedAt: now,
    };
    this.issues.set(issue.number, issue);
    this.setLabels(issue, values.labels ?? [], issue.login);
    return issue;
  }

  /** Gives an issue or pull request just these labels, and remembers who did it. */
  setLabels(issue: StoredIssue, labels: readonly string[], login: string): void {
    const before = issue.labels;
    issue.labels = [...new Set(labels)];
    const note = (event: StoredLabelEvent["event"], label: string) => {
      this.lastId += 1;
      this.labelEvents.push({ id: this.lastId, issue: issue.number, event, label, login, createdAt: this.now() });
    };
    for (const label of issue.labels.filter((each) => !before.includes(each))) {
      this.labels.add(label);
      note("labeled", label);
    }
    for (const label of before.filter((each) => !issue.labels.includes(each))) note("unlabeled", label);
  }

  /** Puts a label on a pull request as `login` does. */
  label(number: number, label: string, login = "octocat"): void {
    const issue = this.issues.get(number);
    if (issue !== undefined) this.setLabels(issue, [...issue.labels, label], login);
  }

  addPull(values: {
    title: string;
    headSha: string;
    headRef?: string;
    headRepository?: string;
    baseSha?: string;
    login?: string;
  }): StoredPull {
    const {
      title,
      headSha,
      headRef = "change",
      headRepository = "octo-org/this-is-project",
      baseSha = "b".repeat(40),
      login = "octocat",
    } = values;
    const { number } = this.addIssue({ title, login, pull: true });
    const pull = { number, headSha, headRef, headRepository, baseSha, mergeSha: null, files: [], commits: [headSha] };
    this.pulls.set(number, pull);
    return pull;
  }

  /** Squash, rebase and merge all make a commit of another SHA; the pull request is found by it. */
  merge(pull: StoredPull, mergeSha: string): void {
    pull.mergeSha = mergeSha;
    pull.commits.push(mergeSha);
    const issue = this.issues.get(pull.number);
    if (issue !== undefined) issue.state = "closed";
  }

  addComment(on: StoredComment["on"], login: string, body: string): StoredComment {
    const now = this.now();
    this.lastId += 1;
    const comment: StoredComment = { id: this.lastId, on, login, body, createdAt: now, updatedAt: now };
    this.comments.push(comment);
    return comment;
  }

  commentsOn(on: StoredComment["on"]): StoredComment[] {
    return this.comments.filter((comment) => JSON.stringify(comment.on) === JSON.stringify(on));
  }

  /** A second later at each call: the same in every run of a test. */
  now(): string {
    this.clock += 1000;
    return new Date(this.clock).toISOString().replace(".000", "");
  }
}
