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

/** What somebody has set in the repository; the stand-in starts with what a new repository has. */
export interface RepositorySettings {
  id: number;
  ownerId: number;
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

export function newRepositorySettings(): RepositorySettings {
  return {
    id: 4000,
    ownerId: 0,
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
