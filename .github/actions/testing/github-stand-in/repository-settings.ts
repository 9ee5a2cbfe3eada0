/** An environment of the repository, as somebody has set it up. */
export interface StoredEnvironment {
  /** Patterns of the refs that may use it; undefined: any ref. */
  refs?: string[];
  /** Names of its reviewers; empty: none is required. */
  reviewers: string[];
  preventSelfReview: boolean;
}

/** What somebody has set in the repository; the stand-in starts with what a new repository has. */
export interface RepositorySettings {
  id: number;
  ownerId: number;
  private: boolean;
  /** Types of the rules for `main`, with their parameters. */
  mainRules: { type: string; parameters?: Record<string, unknown> }[];
  /** Rules for tags: refs and types of rules, and whether they are in force. */
  tagRulesets: { refs: string[]; types: string[]; enforcement: "active" | "disabled" }[];
  environments: Map<string, StoredEnvironment>;
  defaultToken: "read" | "write";
  mayApprove: boolean;
  defaultSubject: boolean;
  codeownersErrors: { line: number; message: string }[];
  /** Whether the token may ask what only administrators may. */
  isAdministrator: boolean;
}

export function newRepositorySettings(): RepositorySettings {
  return {
    id: 4000,
    ownerId: 0,
    private: false,
    mainRules: [],
    tagRulesets: [],
    environments: new Map(),
    defaultToken: "write",
    mayApprove: true,
    defaultSubject: true,
    codeownersErrors: [],
    isAdministrator: true,
  };
}
