import { randomOf } from '../data/random.ts';

/** Oddities of Exchange that a reader of deltas and lists meets; each is played while a rule asks for it. */
export const QUIRKS = [
  'loseMoveAndBack',
  'itemsTwice',
  'partialReadState',
  'emptyPage',
  'removalInFirstRound',
  'tokenGenerations',
  'replay',
  'listEndsEarly',
  'largePagesFail',
] as const;

export type Quirk = (typeof QUIRKS)[number];

export interface FaultMatch {
  /** Object id or any address of the mailbox. */
  readonly mailbox?: string;
  /** A regular expression over method, path and query: "GET /users/…". */
  readonly path?: string;
  /** Only the n-th matching request, counted from 1. */
  readonly nth?: number;
  /** Only this share of matching requests, drawn by `seed`. */
  readonly share?: number;
  readonly seed?: string;
}

export interface FaultAnswer {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Sent as it is: "2", "2.128", an HTTP date. */
  readonly retryAfter?: string;
  /** No body at all, as 503 often comes. */
  readonly emptyBody?: boolean;
  /** Cuts the connection before anything was sent, or in the middle of the body. */
  readonly reset?: 'before' | 'inBody';
  /** Sends a 200 whose JSON ends after this many bytes. */
  readonly truncateAtBytes?: number;
  readonly delayMs?: number;
  /** Never answers. */
  readonly hang?: boolean;
  readonly quirk?: Quirk;
}

export interface FaultRule {
  readonly match: FaultMatch;
  readonly answer: FaultAnswer;
  /** How often it is played at most. */
  readonly count?: number;
}

export interface FaultState extends FaultRule {
  readonly id: string;
  readonly matched: number;
  readonly played: number;
}

export interface FaultRequest {
  /** Method, path and query, decoded. */
  readonly line: string;
  readonly mailboxNames: readonly string[];
}

export interface Faults {
  add(rule: FaultRule): FaultState;
  remove(id: string): boolean;
  clear(): void;
  list(): FaultState[];
  /** The answers that this request shall get in place of the true one; counts what it gives. */
  answerFor(request: FaultRequest): FaultAnswer | undefined;
  /** Is this oddity to be played on this request? Counts when it was. */
  plays(quirk: Quirk, request: FaultRequest): boolean;
  /** The same without counting, for oddities that may turn out to have nothing to play on. */
  asks(quirk: Quirk, request: FaultRequest): boolean;
}

interface LiveRule extends FaultRule {
  readonly id: string;
  readonly pattern: RegExp | undefined;
  matched: number;
  played: number;
}

export function createFaults(): Faults {
  const rules = new Map<string, LiveRule>();
  let made = 0;
  const applies = (rule: LiveRule, request: FaultRequest): boolean => {
    if (rule.count !== undefined && rule.played >= rule.count) return false;
    if (rule.match.mailbox !== undefined && !request.mailboxNames.includes(rule.match.mailbox.toLowerCase())) return false;
    return rule.pattern === undefined || rule.pattern.test(request.line);
  };
  const draws = (rule: LiveRule): boolean => {
    rule.matched++;
    if (rule.match.nth !== undefined && rule.matched !== rule.match.nth) return false;
    if (rule.match.share !== undefined && !randomOf(rule.match.seed ?? rule.id, rule.matched).chance(rule.match.share)) return false;
    rule.played++;
    return true;
  };
  const state = ({ pattern: _pattern, ...rule }: LiveRule): FaultState => rule;
  return {
    add: (rule) => {
      const pattern = rule.match.path === undefined ? undefined : new RegExp(rule.match.path, 'i');
      const live: LiveRule = { ...rule, id: `fault-${++made}`, pattern, matched: 0, played: 0 };
      rules.set(live.id, live);
      return state(live);
    },
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    list: () => [...rules.values()].map(state),
    answerFor: (request) => {
      for (const rule of rules.values()) {
        if (rule.answer.quirk === undefined && applies(rule, request) && draws(rule)) return rule.answer;
      }
      return undefined;
    },
    plays: (quirk, request) => [...rules.values()].some((rule) => rule.answer.quirk === quirk && applies(rule, request) && draws(rule)),
    asks: (quirk, request) => [...rules.values()].some((rule) => rule.answer.quirk === quirk && applies(rule, request)),
  };
}
