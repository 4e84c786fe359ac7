import type { World } from '../data/world.ts';
import { hasMailbox } from '../data/model.ts';
import type { GraphHandler } from '../http/graph-context.ts';
import type { GraphRequest } from '../http/request.ts';
import { directoryUnitsOf, driveUnitsOf, retryAfterText, type LimitSettings } from './limit-settings.ts';
import type { MailboxLimits } from './mailbox-limits.ts';
import { drivesThrottled, mailboxThrottled, tooManyRequests } from './refusals.ts';
import { directoryUnits, driveUnits } from './resource-units.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import { createWindowCount, type WindowCount } from './window-count.ts';

export interface GateRequest {
  readonly appId: string;
  readonly layer: GraphHandler['layer'];
  readonly template: string;
  readonly request: GraphRequest;
  /** What Outlook counts by; undefined when no mailbox is asked. */
  readonly mailboxKey: string | undefined;
}

/** A request that was let in. */
export interface Passage {
  /** Added to its answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gives its place back. */
  release(): void;
  /** Counts a body against the mailbox's upload limit. */
  uploaded(bytes: number): void;
}

export type GateLimit = 'global' | 'directory' | 'directoryWrites' | 'subscriptions' | 'drives';

export interface Gate {
  /** Counts a request against all limits that are its own. Throws Graph's 429 with what belongs to it. */
  admit(asked: GateRequest): Passage;
  violations(): Readonly<Record<GateLimit, number>>;
  reset(): void;
}

export interface GateDeps {
  readonly world: World;
  readonly mailboxes: MailboxLimits;
  settings(): LimitSettings;
}

type Headers = Readonly<Record<string, string>>;

const FREE: Passage = { headers: {}, release: () => {}, uploaded: () => {} };
const GLOBAL_SECONDS = 10;
const DIRECTORY_SECONDS = 10;
const WRITE_SECONDS = 150;
const TENANT_WRITE_SECONDS = 300;
const SUBSCRIPTION_SECONDS = 20;
const DRIVE_SECONDS = 60;
/** From this part of the limit on, answers say how much is used. */
const TOLD_FROM = 0.8;
/** These posts read. */
const READING_POST = /(getbyids|checkmember\w+|getmember\w+|getavailableextensionproperties|validateproperties)(\(\))?$/i;

const NONE: Record<GateLimit, number> = { global: 0, directory: 0, directoryWrites: 0, subscriptions: 0, drives: 0 };

/** Everything that Graph limits, in one place: learn.microsoft.com/graph/throttling-limits. */
export function createGate(deps: GateDeps): Gate {
  let violations = { ...NONE };
  const meters: Meters = {
    ...deps,
    nowMs: deps.world.clock.nowMs,
    retryAfter: (seconds): Headers => {
      const text = retryAfterText(seconds, deps.settings().retryAfter);
      return text === undefined ? {} : { 'Retry-After': text };
    },
    refuse: (limit, error) => {
      violations[limit]++;
      throw error;
    },
    windows: perKey((seconds: number) => createWindowCount(() => seconds)),
    buckets: perKey((windowSeconds: number, capacity: () => number) => createTokenBucket({ capacity, windowSeconds })),
  };
  return {
    admit: (asked) => {
      const window = meters.windows.of(`global/${asked.appId}`, GLOBAL_SECONDS);
      checkWindow(meters, { limit: 'global', window, most: deps.settings().globalRequests });
      if (asked.mailboxKey !== undefined) return throughMailbox(meters, asked, asked.mailboxKey);
      return asked.layer === 'directory' ? throughDirectory(meters, asked) : throughService(meters, asked);
    },
    violations: () => ({ ...violations }),
    reset: () => {
      violations = { ...NONE };
    },
  };
}

interface Meters extends GateDeps {
  nowMs(): number;
  retryAfter(seconds: number): Headers;
  refuse(limit: GateLimit, error: Error): never;
  readonly windows: PerKey<[seconds: number], WindowCount>;
  readonly buckets: PerKey<[windowSeconds: number, capacity: () => number], TokenBucket>;
}

function checkWindow(meters: Meters, at: { limit: GateLimit; window: WindowCount; most: number; headers?: Headers }): void {
  if (at.window.add(meters.nowMs(), 1) <= at.most) return;
  meters.refuse(at.limit, tooManyRequests({ ...at.headers, ...meters.retryAfter(at.window.secondsToWait(meters.nowMs())) }));
}

function throughDirectory(meters: Meters, { appId, template, request }: GateRequest): Passage {
  const { world, settings } = meters;
  const scope = (name: string) => ({ 'x-ms-throttle-scope': `${name}/${appId}/${world.tenant.id}` });
  if (request.method !== 'GET' && !READING_POST.test(template)) {
    const told = { 'x-ms-throttle-information': 'WriteLimitExceeded' };
    const own = { window: meters.windows.of(`write/${appId}`, WRITE_SECONDS), most: settings().directoryWrites };
    checkWindow(meters, { ...own, limit: 'directoryWrites', headers: { ...scope('Tenant_Application/Write'), ...told } });
    const all = { window: meters.windows.of('write', TENANT_WRITE_SECONDS), most: settings().tenantWrites };
    checkWindow(meters, { ...all, limit: 'directoryWrites', headers: { ...scope('Tenant/Write'), ...told } });
  }
  const cost = directoryUnits(template, request);
  const capacity = () => settings().directoryUnits || directoryUnitsOf(world.users().length);
  const { used, allowed, secondsToWait } = meters.buckets.of(`directory/${appId}`, DIRECTORY_SECONDS, capacity).take(meters.nowMs(), cost);
  const headers = {
    'x-ms-resource-unit': String(cost),
    ...(used >= TOLD_FROM ? { 'x-ms-throttle-limit-percentage': used.toFixed(2) } : {}),
  };
  if (allowed) return { ...FREE, headers };
  const told = { ...headers, ...scope('Tenant_Application/ReadWrite'), 'x-ms-throttle-information': 'ResourceUnitLimitExceeded' };
  return meters.refuse('directory', tooManyRequests({ ...told, ...meters.retryAfter(secondsToWait) }));
}

function throughMailbox(meters: Meters, { appId, request }: GateRequest, mailboxKey: string): Passage {
  const isUpload = request.method === 'POST' || request.method === 'PATCH' || request.method === 'PUT';
  const declared = isUpload ? Number(request.header('content-length') ?? 0) : 0;
  const admission = meters.mailboxes.admit(appId, mailboxKey, Number.isFinite(declared) ? declared : 0);
  if (!admission.admitted) throw mailboxThrottled(admission.limit, meters.retryAfter(admission.retryAfterSeconds));
  return { headers: {}, release: admission.release, uploaded: admission.uploaded };
}

function throughService(meters: Meters, { appId, template, request }: GateRequest): Passage {
  const { world, settings } = meters;
  if (/^\/subscriptions/i.test(template)) {
    const window = meters.windows.of(`subscriptions/${appId}`, SUBSCRIPTION_SECONDS);
    if (request.method !== 'GET') checkWindow(meters, { limit: 'subscriptions', window, most: settings().subscriptionWrites });
    return FREE;
  }
  const units = driveUnits(template, request);
  if (units === undefined) return FREE;
  const licences = () => world.users().filter((user) => hasMailbox(user.class)).length;
  const capacity = () => settings().driveUnits || driveUnitsOf(licences());
  const { allowed, secondsToWait } = meters.buckets.of(`drives/${appId}`, DRIVE_SECONDS, capacity).take(meters.nowMs(), units);
  return allowed ? FREE : meters.refuse('drives', drivesThrottled(meters.retryAfter(secondsToWait)));
}

interface PerKey<Args extends unknown[], T> {
  of(key: string, ...args: Args): T;
}

function perKey<Args extends unknown[], T>(make: (...args: Args) => T): PerKey<Args, T> {
  const made = new Map<string, T>();
  return {
    of: (key, ...args) => {
      const known = made.get(key) ?? make(...args);
      made.set(key, known);
      return known;
    },
  };
}
