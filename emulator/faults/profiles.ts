import type { Faults, FaultRule } from './rules.ts';

export const PROFILES = ['calm', 'weekday', 'storm'] as const;

export type ProfileName = (typeof PROFILES)[number];

type Shares = readonly (readonly [share: number, answer: FaultRule['answer'], path?: string])[];

const TOKEN = '^POST /[^/]+/oauth2/';

/** What goes wrong on a good day: nearly nothing, and a retry heals it. */
const CALM: Shares = [
  [0.001, { status: 503, emptyBody: true }],
  [0.001, { status: 429, retryAfter: '1' }],
  [0.0005, { status: 504 }],
];

/** A working day: a request in a hundred fails in one of the ways that public reports name. */
const WEEKDAY: Shares = [
  [0.001, { status: 401 }],
  [0.004, { status: 429, retryAfter: '1' }],
  [0.001, { status: 429, retryAfter: '0.35' }],
  [0.001, { status: 429 }],
  [0.002, { status: 500 }],
  [0.002, { status: 503, emptyBody: true }],
  [0.001, { status: 503, retryAfter: '1' }],
  [0.001, { status: 502, htmlPage: true }],
  [0.001, { status: 504 }],
  [0.001, { reset: 'before' }],
  [0.0005, { reset: 'inBody' }],
  [0.0005, { truncateAtBytes: 700 }],
  [0.01, { delayMs: 250 }],
  [0.01, { quirk: 'emptyPage' }],
  [0.01, { quirk: 'itemsTwice' }],
  [0.01, { status: 503, emptyBody: true }, TOKEN],
];

/** A bad day: one request in five fails, slows down or is odd. */
const STORM: Shares = [
  [0.01, { status: 401 }],
  [0.03, { status: 429, retryAfter: '1' }],
  [0.01, { status: 429, retryAfter: '0.35' }],
  [0.01, { status: 429 }],
  [0.02, { status: 500 }],
  [0.03, { status: 503, emptyBody: true }],
  [0.01, { status: 503, retryAfter: '1' }],
  [0.01, { status: 502 }],
  [0.01, { status: 502, htmlPage: true }],
  [0.01, { status: 504 }],
  [0.01, { reset: 'before' }],
  [0.01, { reset: 'inBody' }],
  [0.01, { truncateAtBytes: 700 }],
  [0.005, { brokenItem: 'inStream' }],
  [0.005, { contentLength: 'tooLong' }],
  [0.005, { contentType: 'text/html' }],
  [0.01, { bytesPerSecond: 20_000 }],
  [0.02, { delayMs: 500 }],
  [0.05, { quirk: 'emptyPage' }],
  [0.05, { quirk: 'itemsTwice' }],
  [0.05, { quirk: 'replay' }],
  [0.05, { quirk: 'removalInFirstRound' }],
  [0.05, { quirk: 'partialReadState' }],
  [0.05, { status: 503, emptyBody: true }, TOKEN],
  [0.02, { status: 429, retryAfter: '1' }, TOKEN],
  [0.02, { reset: 'before' }, TOKEN],
];

const SHARES: Readonly<Record<ProfileName, Shares>> = { calm: CALM, weekday: WEEKDAY, storm: STORM };

/** The rules of a profile. The same seed and the same order of requests play the same faults. */
export function profileRules(name: ProfileName, seed: string): FaultRule[] {
  return SHARES[name].map(([share, answer, path], index) => ({
    match: { share, seed: `${name}/${seed}/${index}`, ...(path === undefined ? {} : { path }) },
    answer,
  }));
}

/** Puts a profile in the place of the one before; rules that were set one by one stay, and come first. Undefined takes it away. */
export function setProfile(faults: Faults, profile: { readonly name: ProfileName; readonly seed: string } | undefined): void {
  for (const { id, profile: of } of faults.list()) if (of !== undefined) faults.remove(id);
  if (profile === undefined) return;
  for (const rule of profileRules(profile.name, profile.seed)) faults.add(rule, profile.name);
}
