/** State of the environment when the run starts. */
export type Beginning = "nothing" | "stacks destroyed" | "all up";
export type Victim = "Terraform" | "local AWS";

/** Parts of a run with waits and leftovers of their own: the apply of a stack, or the publishing of static files. */
export const phases = ["dns", "certificates", "static-site", "http-api", "publishing"] as const;
export type Phase = (typeof phases)[number];

export interface TortureRound {
  readonly beginning: Beginning;
  /** Killed together with the loop. */
  readonly victims: readonly Victim[];
  /** Seconds from the beginning of the phase on; without one, of the run. */
  readonly killAfterSeconds: number;
  /** @default any, whatever is under way then */
  readonly phase?: Phase;
}

const beginnings: readonly Beginning[] = ["nothing", "all up", "stacks destroyed"];
const victims: readonly (readonly Victim[])[] = [["Terraform"], [], ["local AWS"], ["Terraform", "local AWS"]];

/** A first run applies for a minute and a half, then deploys and drills; a run that finds everything up only drills. */
const latest: Readonly<Record<Beginning, number>> = { nothing: 120, "stacks destroyed": 120, "all up": 60 };
const earliest = 5;

/** An apply waits for a record, a zone or a distribution for half a minute; files are published within a second or two. */
const phaseSeconds: Readonly<Record<Phase, number>> = {
  dns: 28,
  certificates: 34,
  "static-site": 34,
  "http-api": 28,
  publishing: 1,
};

/** What the loop says when a phase begins. */
export const phaseBegins: Readonly<Record<Phase, RegExp>> = {
  dns: applying("dns"),
  certificates: applying("certificates"),
  "static-site": applying("static-site"),
  "http-api": applying("http-api"),
  publishing: /^❯ Static files$/m,
};

function applying(stack: Phase): RegExp {
  return new RegExp(`^\\W*${stack}: .*; applying$`, "m");
}

/**
 * The rounds of one seed: every beginning and every choice of victims comes up in turn, from a random place on, at random moments. Every
 * second round kills in a phase, each of them in turn.
 */
export function tortureRounds(count: number, seed: number): readonly TortureRound[] {
  const random = seededRandom(seed);
  const shift = Math.floor(random() * victims.length);
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / 2);
    return index % 2 === 0 ? anyRound(turn, shift, random) : phaseRound(phases, { turn, shift, random });
  });
}

/** The rounds of one seed that kill in the phases given, each of them in turn. */
export function phaseRounds(count: number, seed: number, given: readonly Phase[]): readonly TortureRound[] {
  const random = seededRandom(seed);
  const shift = Math.floor(random() * victims.length);
  return Array.from({ length: count }, (_, turn) => phaseRound(given, { turn, shift, random }));
}

function anyRound(turn: number, shift: number, random: () => number): TortureRound {
  const beginning = beginnings[turn % beginnings.length] as Beginning;
  const seconds = earliest + random() * (latest[beginning] - earliest);
  return { beginning, victims: victimsOf(turn + shift), killAfterSeconds: tenths(seconds) };
}

interface Chance {
  readonly turn: number;
  readonly shift: number;
  readonly random: () => number;
}

/** Where all is up nothing is applied, so a phase begins with nothing or with stacks destroyed. */
function phaseRound(given: readonly Phase[], { turn, shift, random }: Chance): TortureRound {
  const phase = given[turn % given.length] as Phase;
  const killAfterSeconds = tenths(random() * phaseSeconds[phase]);
  const beginning = turn % 2 === 0 ? "nothing" : "stacks destroyed";
  return { beginning, victims: victimsOf(turn + shift), killAfterSeconds, phase };
}

const victimsOf = (turn: number) => victims[turn % victims.length] as readonly Victim[];
const tenths = (seconds: number) => Math.round(seconds * 10) / 10;

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
