import { mkdirSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { resolve } from 'node:path';
import { allCalendarRoutes } from './calendar/routes.ts';
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
import { directoryRoutes } from './directory/directory-routes.ts';
import { createAccessCheck } from './entra/access.ts';
import { createEntraApp } from './entra/entra-app.ts';
import { loadSigningKey } from './entra/keys.ts';
import { createDownloads, type Downloads } from './files/downloads.ts';
import { driveRoutes } from './files/drives.ts';
import { createFaults, type Faults } from './faults/rules.ts';
import { loadCertificates } from './http/certificates.ts';
import { createGraphApp, type GraphAppDeps } from './http/graph-app.ts';
import type { GraphRoute } from './http/graph-context.ts';
import type { ServerLimits } from './http/harden-server.ts';
import { createHttpsServer } from './http/https-server.ts';
import { groupMailRoutes } from './groups-mail/group-mail-routes.ts';
import { attachmentRoutes } from './mail/attachments.ts';
import { folderDeltaRoutes } from './mail/folder-delta.ts';
import { folderRoutes } from './mail/folders.ts';
import { outlookRoutes } from './outlook/outlook-routes.ts';
import { messageDeltaRoutes } from './mail/message-delta.ts';
import { messageRoutes } from './mail/messages.ts';
import { exchangeSettingsRoutes } from './mail/exchange-settings.ts';
import { createChains } from './mail/sync-token.ts';
import { createMailboxLimits, type MailboxLimits } from './throttle/mailbox-limits.ts';
import { createUploads } from './mail/writing/upload-session.ts';
import { mailWriteRoutes } from './mail/writing/write-routes.ts';
import { listRoutes } from './sites/lists.ts';
import { siteRoutes } from './sites/sites.ts';
import { subscriptionRoutes } from './subscriptions/subscriptions.ts';
import { createSubscriptionWatch } from './subscriptions/watch.ts';
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
  readonly routes: readonly { readonly method: string; readonly template: string }[];
  start(): Promise<RunningEmulator>;
  stop(): Promise<void>;
}

/** The newest message of a seeded organisation: fixed, so that the same seed gives the same bytes on any day. */
const ANCHOR_MS = Date.UTC(2026, 10, 1);

export const SEED_DEFAULTS: SeedOptions = { seed: 'contoso', mailboxes: 24, messagesPerMailbox: 105, anchorMs: ANCHOR_MS };

function graphRoutes({
  downloads,
  calendarViewDays,
}: {
  downloads: Downloads;
  calendarViewDays: number | undefined;
}): readonly GraphRoute[] {
  const chains = createChains();
  return [
    ...directoryRoutes,
    ...folderRoutes,
    ...folderDeltaRoutes(chains),
    ...messageDeltaRoutes(chains),
    ...messageRoutes,
    ...attachmentRoutes,
    ...exchangeSettingsRoutes,
    ...mailWriteRoutes,
    ...outlookRoutes,
    ...groupMailRoutes,
    ...allCalendarRoutes(chains, calendarViewDays === undefined ? {} : { mostViewDays: calendarViewDays }),
    ...driveRoutes(downloads),
    ...siteRoutes,
    ...listRoutes(downloads),
    ...subscriptionRoutes,
  ];
}

/** Opens the organisation and its journal; `start` listens. */
export async function buildEmulator(options: EmulatorOptions): Promise<Emulator> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const organisation = options.organisation ?? seedOrganisation({ ...SEED_DEFAULTS, ...options.seed });
  const clock = options.clock ?? createClock();
  const world = await openWorld({ organisation, dataDir, clock });
  const key = await loadSigningKey(dataDir);
  const downloads = createDownloads({ world, key });
  const certificates = await loadCertificates(dataDir);
  const faults = createFaults(clock.nowMs);
  setProfile(faults, options.profile);
  const served = createServed();
  const limitSettings = createSetting<LimitSettings>({ ...DEFAULT_LIMITS, ...options.limits });
  const limits = createMailboxLimits(clock, limitSettings.get);
  const gate = createGate({ world, mailboxes: limits, settings: limitSettings.get });
  const latency = createLatency();
  const logError =
    options.logError ?? ((error: unknown) => void process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`));
  const checkAccess = createAccessCheck({ world, key });
  const answerChecks = answerChecksOf(options, logError);
  const validate = answerChecks === undefined ? {} : { validate: answerChecks.check };
  const routes = graphRoutes({ downloads, calendarViewDays: options.calendarViewDays });
  const graph = createGraphApp({ world, faults, gate, served, checkAccess, latencyMs: latency.msFor, logError, ...validate }, routes);
  const count = (kind: string, status: number) => served.count({ kind, status, mailboxId: undefined });
  const entra = createEntraApp({ world, key, checkAccess, count });
  const server = createHttpsServer({
    ...{ certificates, graph, entra, downloads, faults, logError, nowMs: clock.nowMs, limits: options.server },
    uploads: createUploads(world),
    countFault: (status) => count('entra.fault', status),
  });
  let running: RunningEmulator | undefined;
  const about = () => ({
    ...running,
    ca: undefined,
    tenantId: world.tenant.id,
    domains: world.tenant.domains,
    users: world.users().length,
    problems: world.problems.length,
  });
  const watch = createSubscriptionWatch({ world, key, logError });
  const control = createControlServer({
    ...{ world, watch, faults, limits, gate, limitSettings, served, latency, answerChecks, about, logError },
  });
  const proxy = createConnectProxy({ emulatorPort: () => running?.port ?? 0, emulatorHost: proxyTarget(options.host) });

  return {
    world,
    faults,
    limits,
    routes,
    start: async () => {
      const host = options.host ?? '127.0.0.1';
      const port = await listen(server, { port: options.port ?? 0, host });
      const controlPort = await listen(control, { port: options.controlPort ?? 0, host: '127.0.0.1' });
      watch.start();
      const urls = { url: `https://localhost:${port}`, controlUrl: `http://127.0.0.1:${controlPort}` };
      const proxyPort = options.proxyPort === undefined ? undefined : await listen(proxy, { port: options.proxyPort, host });
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

function listen(server: Server, at: { port: number; host: string }): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Error(`The emulator's port ${at.port} on ${at.host} is taken; give another one, or 0 for a free one`, { cause: error })
          : error,
      );
    };
    server.once('error', fail);
    server.listen(at.port, at.host, () => {
      server.removeListener('error', fail);
      resolvePort((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise((done) => {
    if (!server.listening) return done();
    server.close(() => done());
    server.closeAllConnections?.();
  });
}
