import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity';
import type { Agent } from 'undici';
import { askEntra, type EntraApp } from './ask-entra.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { GraphError } from './graph-error.ts';
import type { GraphLog } from './log.ts';
import { assertionOf } from './login.ts';

/** Tokens of one app, shared by all requests of its credential. */
export interface Tokens {
  /** A token that is valid for a while yet. Throws GraphError with Entra's code when there is none. */
  get(deadline: Deadline): Promise<string>;
  /** A token other than `stale`, which Graph has refused. */
  renew(stale: string, deadline: Deadline): Promise<string>;
}

/** Tokens whose app may get another login while they are in use. */
export interface LastingTokens extends Tokens {
  /** Drops what the login of before has got: from now on tokens come by the one that the app has now. */
  startAnew(): void;
}

interface HeldToken {
  token: string;
  renewAtMs: number;
  expiresAtMs: number;
}

const renewBeforeMs = 5 * 60_000;
/** How long a token that could not be renewed early is used before the next try. */
const renewAgainMs = 30_000;
/** A token that ends sooner might end on its way. */
const lastUseBeforeMs = 10_000;

const microsoftAuthorities = new Set([
  'https://login.microsoftonline.com',
  'https://login.microsoftonline.us',
  'https://login.partner.microsoftonline.cn',
  'https://login.chinacloudapi.cn',
]);

export interface TokenSettings {
  app: EntraApp;
  agent: Agent;
  authorities: string[] | undefined;
  timeoutMs: number;
  log: GraphLog;
}

/**
 * Tokens by `@azure/identity`. Held here, since the library would look into its cache for each request and has no way
 * to drop a token that Graph refuses: a new credential object has an empty cache.
 */
export function createTokens(settings: TokenSettings): LastingTokens {
  const { app, log } = settings;
  let held: HeldToken | null = null;
  let acquiring: Promise<HeldToken> | null = null;

  const acquire = (): Promise<HeldToken> => {
    if (acquiring) return acquiring;
    const asking: Promise<HeldToken> = acquireToken(settings).then(
      (token) => (acquiring === asking ? (held = token) : acquire()),
      // What was refused to a login of before says nothing of the one that has taken its place.
      (error: unknown) => (acquiring === asking ? Promise.reject(error as Error) : acquire()),
    );
    acquiring = asking;
    const forget = () => {
      if (acquiring === asking) acquiring = null;
    };
    void asking.then(forget, forget);
    return asking;
  };

  return {
    async get(deadline) {
      const nowMs = Date.now();
      if (held && nowMs < held.renewAtMs) return held.token;
      const stillValid = held && nowMs < held.expiresAtMs - lastUseBeforeMs ? held : null;
      try {
        return (await abortable(acquire(), deadline)).token;
      } catch (error) {
        if (!stillValid || deadline.callerAborted()) throw error;
        log.warn(
          { code: error instanceof GraphError ? error.code : 'unknown' },
          'Could not renew the token early, using the one that is still valid',
        );
        stillValid.renewAtMs = nowMs + renewAgainMs;
        return stillValid.token;
      }
    },
    async renew(stale, deadline) {
      if (held && held.token !== stale) return held.token;
      held = null;
      log.warn({ clientId: app.clientId }, 'Graph refused a token, asking for a new one');
      return (await abortable(acquire(), deadline)).token;
    },
    startAnew() {
      held = null;
      acquiring = null;
    },
  };
}

async function acquireToken(settings: TokenSettings): Promise<HeldToken> {
  const { app, agent, timeoutMs } = settings;
  const deadline = createDeadline({ timeoutMs });
  deadline.start();
  try {
    const access = await abortable(createCredential(settings).getToken(`${app.graph}/.default`), deadline);
    const expiresAtMs = access.expiresOnTimestamp;
    const leftMs = expiresAtMs - Date.now();
    return { token: access.token, expiresAtMs, renewAtMs: expiresAtMs - Math.min(renewBeforeMs, leftMs / 5) };
  } catch {
    if (deadline.expired()) throw timedOut();
    deadline.start();
    await askEntra({ app, agent, deadline });
    throw new GraphError({ operation: 'getToken', code: 'TrawlTokenUnavailable', status: null });
  } finally {
    deadline.clear();
  }
}

function createCredential({ app, authorities, timeoutMs }: TokenSettings): ClientSecretCredential | ClientAssertionCredential {
  const options: CredentialOptions = {
    authorityHost: app.authority,
    disableInstanceDiscovery: !microsoftAuthorities.has(app.authority),
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: limitTime(timeoutMs), position: 'perCall' }],
    ...(authorities ? { tlsOptions: { ca: authorities } } : {}),
  };
  if (app.login.kind === 'secret') return new ClientSecretCredential(app.tenantId, app.clientId, app.login.secret, options);
  // Certificates too, though the library has a class for them: a test and a crawl must sign in by the same assertion.
  return new ClientAssertionCredential(app.tenantId, app.clientId, () => assertionOf(app), options);
}

type CredentialOptions = NonNullable<ConstructorParameters<typeof ClientSecretCredential>[3]>;
type Policy = NonNullable<CredentialOptions['additionalPolicies']>[number]['policy'];

/** The library hands no signal of a caller on to its requests, so that without a limit a silent server would keep a socket for good. */
const limitTime = (timeoutMs: number): Policy => ({
  name: 'limitTime',
  sendRequest(request, next) {
    request.timeout = timeoutMs;
    return next(request);
  },
});

/** Ends one caller's waiting; the acquisition goes on for the others. */
async function abortable<T>(promise: Promise<T>, deadline: Deadline): Promise<T> {
  const { signal } = deadline;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(deadline.callerAborted() ? deadline.callerReason() : timedOut());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

const timedOut = () => new GraphError({ operation: 'getToken', code: 'TrawlTimeout', status: null });
