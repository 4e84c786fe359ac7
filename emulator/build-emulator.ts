import { mkdirSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { resolve } from 'node:path';
import { calendarRoutes } from './calendar/calendars.ts';
import { eventRoutes } from './calendar/events.ts';
import { createControlServer } from './control/control-server.ts';
import { createClock, type Clock } from './data/clock.ts';
import type { Organisation } from './data/model.ts';
import { seedOrganisation, type SeedOptions } from './data/seed/organisation.ts';
import { openWorld, type World } from './data/world.ts';
import { tenantRoutes } from './directory/tenant.ts';
import { userRoutes } from './directory/users.ts';
import { createAccessCheck } from './entra/access.ts';
import { loadSigningKey } from './entra/keys.ts';
import { createDownloads, type Downloads } from './files/downloads.ts';
import { driveRoutes } from './files/drives.ts';
import { createFaults, type Faults } from './faults/rules.ts';
import { loadCertificates } from './http/certificates.ts';
import { createGraphApp, type GraphAppDeps } from './http/graph-app.ts';
import type { GraphRoute } from './http/graph-context.ts';
import { createHttpsServer } from './http/https-server.ts';
import { attachmentRoutes } from './mail/attachments.ts';
import { folderDeltaRoutes } from './mail/folder-delta.ts';
import { folderRoutes } from './mail/folders.ts';
import { mailboxSettingsRoutes } from './mail/mailbox-settings.ts';
import { messageDeltaRoutes } from './mail/message-delta.ts';
import { messageRoutes } from './mail/messages.ts';
import { createChains } from './mail/sync-token.ts';
import { listRoutes } from './sites/lists.ts';
import { siteRoutes } from './sites/sites.ts';
import { subscriptionRoutes } from './subscriptions/subscriptions.ts';
import { createSubscriptionWatch } from './subscriptions/watch.ts';
import { createMailboxLimits, OUTLOOK_LIMITS, type MailboxLimitOptions, type MailboxLimits } from './throttle/mailbox-limits.ts';
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
  readonly limits?: MailboxLimitOptions;
  readonly clock?: Clock;
  /** Called with every JSON answer of Graph; see `createAnswerValidator`. */
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
}

export interface Emulator {
  readonly world: World;
  readonly faults: Faults;
  readonly limits: MailboxLimits;
  start(): Promise<RunningEmulator>;
  stop(): Promise<void>;
}

/** The newest message of a seeded organisation: fixed, so that the same seed gives the same bytes on any day. */
const ANCHOR_MS = Date.UTC(2026, 10, 1);

export const SEED_DEFAULTS: SeedOptions = { seed: 'contoso', mailboxes: 24, messagesPerMailbox: 105, anchorMs: ANCHOR_MS };

function graphRoutes({ downloads }: { downloads: Downloads }): readonly GraphRoute[] {
  const chains = createChains();
  return [
    ...userRoutes,
    ...tenantRoutes,
    ...folderRoutes,
    ...folderDeltaRoutes(chains),
    ...messageDeltaRoutes(chains),
    ...messageRoutes,
    ...attachmentRoutes,
    ...mailboxSettingsRoutes,
    ...calendarRoutes,
    ...eventRoutes,
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
  const key = loadSigningKey(dataDir);
  const downloads = createDownloads({ world, key });
  const certificates = await loadCertificates(dataDir);
  const faults = createFaults();
  const served = createServed();
  const limits = createMailboxLimits(clock, options.limits ?? OUTLOOK_LIMITS);
  const latency = { ms: 0, jitterMs: 0 };
  const logError =
    options.logError ?? ((error: unknown) => void process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`));
  const checkAccess = createAccessCheck({ world, key });
  const latencyMs = () => latency.ms + Math.random() * latency.jitterMs;
  const validate = options.validate === undefined ? {} : { validate: options.validate };
  const graph = createGraphApp(
    { world, faults, limits, served, checkAccess, latencyMs, logError, ...validate },
    graphRoutes({ downloads }),
  );
  const countEntra = (kind: string, status: number) => served.count({ kind, status, mailboxId: undefined });
  const server = createHttpsServer({ world, key, certificates, graph, downloads, countEntra, logError });
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
  const control = createControlServer({ world, faults, limits, served, watch, latency, about, logError });

  return {
    world,
    faults,
    limits,
    start: async () => {
      const host = options.host ?? '127.0.0.1';
      const port = await listen(server, { port: options.port ?? 0, host });
      const controlPort = await listen(control, { port: options.controlPort ?? 0, host: '127.0.0.1' });
      watch.start();
      const urls = { url: `https://localhost:${port}`, controlUrl: `http://127.0.0.1:${controlPort}` };
      running = { port, controlPort, ...urls, caFile: certificates.caFile, ca: certificates.ca };
      return running;
    },
    stop: async () => {
      await Promise.all([close(server), close(control)]);
      watch.stop();
      await world.close();
    },
  };
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
