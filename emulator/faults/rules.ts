import { randomOf } from '../data/random.ts';
import { createLinkAges, type LinkAges } from './link-ages.ts';

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
  'moveOnlyRemoved',
  'outOfOrder',
  'shortPages',
  'skipJumps',
  'totalsDiffer',
  'filteredRoundEndsEarly',
  'nextLinkExpires',
  'latestGivesNextLink',
  'topLimitsTotal',
  'topRefused',
  'delay',
  'parenthesisLinks',
  'cutJson200',
  'largePagesFail',
  'hiddenListLacks',
] as const;

export type Quirk = (typeof QUIRKS)[number];

export interface FaultMatch {
  /** Object id or any address of the mailbox. */
  readonly mailbox?: string;
  /** Id or a domain of the tenant. */
  readonly tenant?: string;
  /** Application id of the client. */
  readonly app?: string;
  /** A regular expression over method, path and query: "GET /users/…"; only with one Entra's endpoints are met too. */
  readonly path?: string;
  /** Only the n-th matching request, counted from 1. */
  readonly nth?: number;
  /** Only this share of matching requests, drawn by `seed`. */
  readonly share?: number;
  readonly seed?: string;
  /** Only nextLinks and deltaLinks that were given at least so long ago, by the emulator's clock. */
  readonly linkOlderThanSeconds?: number;
}

export interface FaultAnswer {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Sent as it is: "2", "2.128", an HTTP date. */
  readonly retryAfter?: string;
  /** No body at all, as 503 often comes. */
  readonly emptyBody?: boolean;
  /** A page of HTML for a body, as gateways send it; with status 502 unless told otherwise. */
  readonly htmlPage?: boolean;
  /** Cuts the connection before anything was sent, or in the middle of the body. */
  readonly reset?: 'before' | 'inBody';
  /** Sends a 200 whose JSON ends after this many bytes. */
  readonly truncateAtBytes?: number;
  /** One item of a list cannot be rendered: an id and nothing else, null, or a list that breaks off there with an error inside. */
  readonly brokenItem?: 'bare' | 'null' | 'inStream';
  readonly contentType?: string;
  /** A Content-Length that promises more than is sent, or less. */
  readonly contentLength?: 'tooLong' | 'tooShort';
  /** Sends the body slowly. */
  readonly bytesPerSecond?: number;
  readonly delayMs?: number;
  /** Never answers. */
  readonly hang?: boolean;
  /** Answers when the rule is removed. */
  readonly hold?: boolean;
  /** A nextLink or deltaLink that is not known any more, in the words of whoever gave it. */
  readonly expiredLink?: boolean;
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
  /** The profile that it belongs to. */
  readonly profile?: string;
  readonly matched: number;
  readonly played: number;
}

export interface FaultRequest {
  /** Method, path and query, decoded. */
  readonly line: string;
  readonly mailboxNames: readonly string[];
  readonly appId?: string;
  readonly tenantNames?: readonly string[];
  /** The whole URL, when it may be one that an answer gave. */
  readonly link?: string | undefined;
  /** Entra's endpoints are met by rules that name a path only. */
  readonly isEntra?: boolean;
}

/** A fault that is played on a request. */
export interface PlayedFault extends FaultAnswer {
  readonly ruleId: string;
  /** How often the rule was matched so far: what a seed is drawn with. */
  readonly turn: number;
  /** Resolves when the rule is removed. */
  readonly released: Promise<void>;
}

export interface Faults {
  readonly links: LinkAges;
  add(rule: FaultRule, profile?: string): FaultState;
  remove(id: string): boolean;
  clear(): void;
  list(): FaultState[];
  /** The answers that this request shall get in place of the true one; counts what it gives. */
  answerFor(request: FaultRequest): PlayedFault | undefined;
  /** Is this oddity to be played on this request? Counts when it was. */
  plays(quirk: Quirk, request: FaultRequest): boolean;
  /** The same without counting, for oddities that may turn out to have nothing to play on. */
  asks(quirk: Quirk, request: FaultRequest): boolean;
  /** How often each quirk and each kind of fault was played, also by rules that are gone. */
  played(): { readonly byQuirk: Readonly<Record<string, number>>; readonly byFault: Readonly<Record<string, number>> };
  resetPlayed(): void;
}

interface LiveRule extends FaultRule {
  readonly id: string;
  readonly profile?: string;
  readonly pattern: RegExp | undefined;
  readonly released: Promise<void>;
  readonly release: () => void;
  matched: number;
  played: number;
}

export function createFaults(nowMs: () => number = Date.now): Faults {
  const rules = new Map<string, LiveRule>();
  const byQuirk = new Map<string, number>();
  const byFault = new Map<string, number>();
  const links = createLinkAges(nowMs);
  let made = 0;
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const applies = (rule: LiveRule, request: FaultRequest): boolean =>
    (rule.count === undefined || rule.played < rule.count) && meets(rule, request) && isOldEnough(rule, { request, links });
  const removed = (rule: LiveRule) => {
    rule.release();
    rules.delete(rule.id);
    links.track([...rules.values()].some(({ match }) => match.linkOlderThanSeconds !== undefined));
  };
  return {
    links,
    add: (rule, profile) => {
      const pattern = rule.match.path === undefined ? undefined : new RegExp(rule.match.path, 'i');
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const live: LiveRule = {
        ...{ ...rule, id: `fault-${++made}`, pattern, released, release, matched: 0, played: 0 },
        ...(profile === undefined ? {} : { profile }),
      };
      rules.set(live.id, live);
      if (rule.match.linkOlderThanSeconds !== undefined) links.track(true);
      return state(live);
    },
    remove: (id) => {
      const rule = rules.get(id);
      if (rule) removed(rule);
      return rule !== undefined;
    },
    clear: () => [...rules.values()].forEach(removed),
    list: () => [...rules.values()].map(state),
    answerFor: (request) => {
      if (rules.size === 0) return undefined;
      for (const rule of rules.values()) {
        if (rule.answer.quirk !== undefined || !applies(rule, request) || !draws(rule)) continue;
        count(byFault, nameOf(rule.answer));
        return { ...rule.answer, ruleId: rule.id, turn: rule.matched, released: rule.released };
      }
      return undefined;
    },
    plays: (quirk, request) => {
      if (rules.size === 0) return false;
      const isPlayed = [...rules.values()].some((rule) => rule.answer.quirk === quirk && applies(rule, request) && draws(rule));
      if (isPlayed) count(byQuirk, quirk);
      return isPlayed;
    },
    asks: (quirk, request) => rules.size > 0 && [...rules.values()].some((rule) => rule.answer.quirk === quirk && applies(rule, request)),
    played: () => ({ byQuirk: Object.fromEntries(byQuirk), byFault: Object.fromEntries(byFault) }),
    resetPlayed: () => {
      byQuirk.clear();
      byFault.clear();
    },
  };
}

function state({ pattern: _pattern, released: _released, release: _release, ...rule }: LiveRule): FaultState {
  return rule;
}

function meets({ match, pattern }: LiveRule, request: FaultRequest): boolean {
  if (match.mailbox !== undefined && !request.mailboxNames.includes(match.mailbox.toLowerCase())) return false;
  if (match.tenant !== undefined && !request.tenantNames?.includes(match.tenant.toLowerCase())) return false;
  if (match.app !== undefined && request.appId?.toLowerCase() !== match.app.toLowerCase()) return false;
  return pattern === undefined ? !request.isEntra : pattern.test(request.line);
}

function isOldEnough({ match, answer }: LiveRule, { request, links }: { request: FaultRequest; links: LinkAges }): boolean {
  if (match.linkOlderThanSeconds === undefined) return !answer.expiredLink || request.link !== undefined;
  return request.link !== undefined && links.ageMs(request.link) >= match.linkOlderThanSeconds * 1_000;
}

function draws(rule: LiveRule): boolean {
  rule.matched++;
  if (rule.match.nth !== undefined && rule.matched !== rule.match.nth) return false;
  if (rule.match.share !== undefined && !randomOf(rule.match.seed ?? rule.id, rule.matched).chance(rule.match.share)) return false;
  rule.played++;
  return true;
}

/** The kind of a fault, as counts name it. */
function nameOf(answer: FaultAnswer): string {
  const named = (['reset', 'brokenItem', 'contentLength'] as const).find((name) => answer[name] !== undefined);
  if (named !== undefined) return `${named} ${answer[named]}`;
  if (answer.status !== undefined) return String(answer.status);
  const kinds = ['htmlPage', 'truncateAtBytes', 'contentType', 'bytesPerSecond', 'hang', 'hold', 'expiredLink', 'delayMs'] as const;
  return kinds.find((name) => answer[name] !== undefined) ?? 'nothing';
}
