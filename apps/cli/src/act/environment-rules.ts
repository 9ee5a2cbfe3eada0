/** Settings of one environment of the repository on GitHub. */
export interface EnvironmentRule {
  /** Refs whose jobs may use it: `refs/heads/main`; none for all. */
  readonly ref?: RegExp;
  /** Whether somebody must say yes before a job of it starts. */
  readonly reviewed?: boolean;
}

/** The environments as the repository's settings have them; act knows no settings. */
export const environmentRules: Readonly<Record<string, EnvironmentRule>> = {
  plan: { ref: /^refs\/(pull\/\d+\/merge|heads\/main)$/ },
  staging: { ref: /^refs\/heads\/main$/ },
  production: { ref: /^refs\/heads\/main$/ },
  "production-approval": { ref: /^refs\/heads\/main$/, reviewed: true },
};
