import type { MailboxLimits } from '../contract/budget.ts';

/** What the local Microsoft 365 has served since the last reset, by its own count. */
export interface ServedRequests {
  requests: number;
  byKind: Record<string, number>;
  violations: number;
  mailboxes: { requests: number; largestWindow: number }[];
}

export interface TenantControl {
  resetCounts(): Promise<void>;
  served(): Promise<ServedRequests>;
  setLatency(ms: number): Promise<void>;
  setLimits(limits: MailboxLimits): Promise<void>;
  /** Limits of Exchange again. */
  resetLimits(): Promise<void>;
}

/** Speaks to the control interface of the local Microsoft 365. Throws an Error when it does not answer with 200. */
export function createTenantControl(controlUrl: string): TenantControl {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${controlUrl}${path}`, { ...init, signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`${method} ${path} of the local Microsoft 365 answers with status ${response.status}`);
    return (await response.json()) as T;
  };
  return {
    resetCounts: async () => void (await ask('DELETE', '/stats')),
    served: () => ask('GET', '/stats'),
    setLimits: async ({ inFlight, requests, windowMs }) =>
      void (await ask('PUT', '/limits', { concurrent: inFlight, requestsPerWindow: requests, windowSeconds: windowMs / 1000 })),
    resetLimits: async () => void (await ask('DELETE', '/limits')),
    setLatency: async (ms) => void (await ask('PUT', '/latency', { ms })),
  };
}
