/** What GitHub said, or why it is not known. */
export type Asked<T> = { readonly value: T } | { readonly why: string };
