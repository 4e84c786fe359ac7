import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createControlServer } from './control/control-server.ts';
import { createClock, type Clock } from './data/clock.ts';
import type { Organisation } from './data/model.ts';
import { seedOrganisation, type SeedOptions } from './data/seed/organisation.ts';
import { openWorld, type World } from './data/world.ts';
import { createConnectProxy } from './proxy/connect-proxy.ts';
import { setProfile, type ProfileName } from './faults/profiles.ts';
import { createAnswerChecks } from './http/answer-checks.ts';
import { createLatency } from './http/latency.ts';
import { createAnswerValidator } from './http/validate-answer.ts';
import { createGate } from './throttle/gate.ts';
import { DEFAULT_LIMITS, type LimitSettings } from './throttle/limit-settings.ts';
import { createAccessCheck } from './entra/access.ts';
import { createEntraApp } from './entra/entra-app.ts';
import { loadSigningKey } from './entra/keys.ts';
import { createDownloads } from './files/downloads.ts';
import { createFaults, type Faults } from './faults/rules.ts';
import { loadCertificates } from './http/certificates.ts';
import { createGraphApp, type GraphAppDeps } from './http/graph-app.ts';
import type { GraphRoute } from './http/graph-context.ts';
import { graphRoutes } from './graph-routes.ts';
import type { ServerLimits } from './http/harden-server.ts';
import { createHttpsServer } from './http/https-server.ts';
import { close, listen } from './http/listening.ts';
import { createMailboxLimits, type MailboxLimits } from './throttle/mailbox-limits.ts';
import { createUploads } from './mail/writing/upload-session.ts';
import { createSubscriptionWatch } from './subscriptions/watch.ts';
import { createVaultApp, isVaultAudience } from './key-vault/vault-app.ts';
import { createServed } from './throttle/served.ts';

export interface EmulatorOptions {
  /** Certificates, keys, journal. Two emulators must not share one. */
  readonly dataDir: string;
  /** Takes precedence over `folder` and `seed`. */
  readonly organisation?: Organisation;
  readonly seed?: Partial<SeedOptions>;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What differs from Microsoft's limits. */
  readonly limits?: Partial<LimitSettings>;
  /** What differs from the usual limits of connections: sizes and time-outs. */
  readonly server?: Partial<ServerLimits>;
  /** Port of the CONNECT proxy, 0 for a free one; none without it. */
  readonly proxyPort?: number | undefined;
  /** Faults from the start on. */
  readonly profile?: { readonly name: ProfileName; readonly seed: string } | undefined;
  /** Microsoft's OpenAPI document: answers that are not what it says are logged and counted. */
  readonly openapi?: string | undefined;
  /** Longest window of a calendar view; 1,825 days when it is not given. */
  readonly calendarViewDays?: number;
  readonly clock?: Clock;
  /** Called with JSON answers of Graph; what it throws is answered 500. See `createAnswerValidator`. */
  readonly validate?: GraphAppDeps['validate'];
  readonly logError?: (error: unknown) => void;
}

export interface RunningEmulator {
  readonly port: number;
  readonly controlPort: number;
  /** https://localhost:port: authority host and Graph's base in one. */
  readonly url: string;
  readonly controlUrl: string;
  /** PEM file of the authority that clients must trust. */
  readonly caFile: string;
  readonly ca: string;
  /** Of the CONNECT proxy, where there is one. */
  readonly proxyPort: number | undefined;
}

export interface Emulator {
  readonly world: World;
  readonly faults: Faults;
  readonly limits: MailboxLimits;
  /** Method and template of everything that Graph answers. */
  readonly routes: readonly GraphRoute[];
  start(): Promise<RunningEmulator>;
  stop(): Promise<void>;
}

/** The newest message of a seeded organisation: fixed, so that the same seed gives the same bytes on any day. */
const ANCHOR_MS = Date.UTC(2026, 10, 1);

export const SEED_DEFAULTS: SeedOptions = { seed: 'contoso', mailboxes: 24, messagesPerMailbox: 105, anchorMs: ANCHOR_MS };

/** What an organisation is served with: its world, the keys of its authority and its tokens, and what shall go wrong. */
async function openParts(options: EmulatorOptions) {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const organisation = options.organisation ?? seedOrganisation({ ...SEED_DEFAULTS, ...options.seed });
  const clock = options.clock ?? createClock();
  const world = await openWorld({ organisation, dataDir, clock });
  const faults = createFaults(clock.nowMs);
  setProfile(faults, options.profile);
  const logError =
    options.logError ?? ((error: unknown) => void process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`));
  return { world, clock, faults, logError, key: await loadSigningKey(dataDir), certificates: await loadCertificates(dataDir) };
}

type Parts = Awaited<ReturnType<typeof openParts>>;

/** Entra ID and Graph on one https server, with the limits and counts that the control interface shows. */
function createService(options: EmulatorOptions, parts: Parts) {
  const { world, clock, faults, logError, key, certificates } = parts;
  const served = createServed();
  const limitSettings = createSetting<LimitSettings>({ ...DEFAULT_LIMITS, ...options.limits });
  const limits = createMailboxLimits(clock, limitSettings.get);
  const gate = createGate({ world, mailboxes: limits, settings: limitSettings.get });
  const latency = createLatency();
  const checkAccess = createAccessCheck({ world, key });
  const answerChecks = answerChecksOf(options, logError);
  const validate = answerChecks === undefined ? {} : { validate: answerChecks.check };
  const downloads = createDownloads({ world, key });
  const routes = graphRoutes({ downloads, calendarViewDays: options.calendarViewDays });
  const graph = createGraphApp({ world, faults, gate, served, checkAccess, latencyMs: latency.msFor, logError, ...validate }, routes);
  const count = (kind: string, status: number) => served.count({ kind, status, mailboxId: undefined });
  const server = createHttpsServer({
    ...{ certificates, graph, downloads, faults, logError, nowMs: clock.nowMs, limits: options.server },
    entra: createEntraApp({ world, key, checkAccess, count }),
    uploads: createUploads(world),
    vault: createVaultApp({ world, count, checkAccess: createAccessCheck({ world, key, isAudience: isVaultAudience }) }),
    countFault: (status) => count('entra.fault', status),
  });
  return { server, routes, served, limits, limitSettings, gate, latency, answerChecks };
}

/** Opens the organisation and its journal; `start` listens. */
export async function buildEmulator(options: EmulatorOptions): Promise<Emulator> {
  const parts = await openParts(options);
  const { world, faults, logError, key, certificates } = parts;
  const { server, routes, ...service } = createService(options, parts);
  const watch = createSubscriptionWatch({ world, key, logError });
  let running: RunningEmulator | undefined;
  const about = () => ({
    ...{ ...running, ca: undefined, tenantId: world.tenant.id, domains: world.tenant.domains },
    ...{ users: world.users().length, problems: world.problems.length },
  });
  const control = createControlServer({ ...service, world, watch, faults, about, logError });
  const proxy = createConnectProxy({ emulatorPort: () => running?.port ?? 0, emulatorHost: proxyTarget(options.host) });
  return {
    ...{ world, faults, routes, limits: service.limits },
    start: async () => {
      const host = options.host ?? '127.0.0.1';
      const port = await listen(server, { port: options.port ?? 0, host });
      const controlPort = await listen(control, { port: options.controlPort ?? 0, host: '127.0.0.1' });
      const proxyPort = options.proxyPort === undefined ? undefined : await listen(proxy, { port: options.proxyPort, host });
      watch.start();
      const urls = { url: `https://localhost:${port}`, controlUrl: `http://127.0.0.1:${controlPort}` };
      running = { proxyPort, port, controlPort, ...urls, caFile: certificates.caFile, ca: certificates.ca };
      return running;
    },
    stop: async () => {
      await Promise.all([close(server), close(control), close(proxy)]);
      watch.stop();
      await world.close();
    },
  };
}

function answerChecksOf({ validate, openapi }: EmulatorOptions, logError: (error: unknown) => void) {
  if (validate !== undefined) return createAnswerChecks({ validate, isStrict: true, logError });
  if (openapi === undefined) return undefined;
  return createAnswerChecks({ validate: createAnswerValidator(openapi), isStrict: false, logError });
}

function createSetting<T>(initial: T): { get(): T; set(value: T): T } {
  let held = initial;
  return { get: () => held, set: (value) => (held = value) };
}

/** The proxy runs in this process: an emulator that listens on all addresses is reached by the loopback. */
function proxyTarget(host: string | undefined): string {
  return host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}
