export { synth } from "./synth.ts";
export { type Attributes, Synthesized } from "./synthesized.ts";
export { withoutMetadata } from "./without-metadata.ts";
