/** One thing that was looked at: as it must be, not so, or not to be seen from here. */
export type Finding =
  | { readonly state: "good"; readonly what: string }
  | { readonly state: "bad"; readonly what: string; readonly how: string }
  | { readonly state: "unknown"; readonly what: string; readonly why: string };
