/** State of the environment when the run starts. */
export type Beginning = "nothing" | "stacks destroyed" | "all up";
export type Victim = "Terraform" | "local AWS";

export interface TortureRound {
  readonly beginning: Beginning;
  /** Killed together with the loop. */
  readonly victims: readonly Victim[];
  readonly killAfterSeconds: number;
}

const beginnings: readonly Beginning[] = ["nothing", "all up", "stacks destroyed"];
const victims: readonly (readonly Victim[])[] = [["Terraform"], [], ["local AWS"], ["Terraform", "local AWS"]];

/** A first run applies for a minute and a half, then deploys and drills; a run that finds everything up only drills. */
const latest: Readonly<Record<Beginning, number>> = { nothing: 120, "stacks destroyed": 120, "all up": 60 };
const earliest = 5;

/** The rounds of one seed: every beginning and every choice of victims comes up in turn, from a random place on, at random moments. */
export function tortureRounds(count: number, seed: number): readonly TortureRound[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const shift = below(victims.length);
  return Array.from({ length: count }, (_, index) => {
    const beginning = beginnings[index % beginnings.length] as Beginning;
    const seconds = earliest + random() * (latest[beginning] - earliest);
    return {
      beginning,
      victims: victims[(index + shift) % victims.length] as readonly Victim[],
      killAfterSeconds: Math.round(seconds * 10) / 10,
    };
  });
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
