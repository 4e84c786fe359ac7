/** The control interface of the emulated Microsoft 365, as a test uses it. */
export interface Tenant {
  /** Anything the control interface takes. Throws an Error with its words for any other status than 200. */
  control<T = unknown>(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  mailboxes(): Promise<TenantMailbox[]>;
  /** What everybody holds, or one mailbox alone. */
  truth(mailboxId?: string): Promise<TenantItem[]>;
  stats(): Promise<TenantStats>;
  /** Every answer waits this long. Forgotten when the emulator is killed. */
  latency(ms: number): Promise<void>;
  /** Plays a fault. Forgotten when the emulator is killed. */
  fault(rule: FaultRule): Promise<{ id: string }>;
  /** How often the fault was played. */
  played(fault: { id: string }): Promise<number>;
  clearFaults(): Promise<void>;
}

export interface TenantMailbox {
  mailboxId: string;
  address: string;
  class: string;
  hasMailbox: boolean;
  folders: number;
  messages: number;
  events: number;
}

export interface TenantItem {
  mailboxId: string;
  address: string;
  kind: 'message' | 'event' | 'attachment';
  id: string;
  parentId?: string;
  folderPath: string;
  folderId: string;
  subject: string;
  isRead?: boolean;
  changeKey?: string;
  hasAttachments?: boolean;
  isInline?: boolean;
  sha256?: string;
  hidden?: true;
  sender?: string | null;
  receivedDateTime?: string;
}

export interface TenantStats {
  requests: number;
  byKind: Record<string, number>;
  byStatus: Record<string, number>;
  byKindAndStatus: Record<string, Record<string, number>>;
  byMailbox: Record<string, Record<string, number>>;
  largestConcurrency: number;
  /** Requests beyond a limit of Exchange. */
  violations: number;
  /** Answers that were held against Microsoft's OpenAPI document, where it is there, and what was wrong with them. */
  checkedAnswers: number;
  invalidAnswers: number;
  invalidAnswerTexts: string[];
}

export interface FaultRule {
  match?: { mailbox?: string; path?: string; nth?: number; share?: number; seed?: string };
  answer: Record<string, unknown>;
  count?: number;
}

export function createTenant(controlUrl: () => string): Tenant {
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    // The truth of a hundred thousand items takes its time.
    const timeoutMs = path.startsWith('/truth') ? 300_000 : 30_000;
    const response = await fetch(`${controlUrl()}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} of the emulator: ${text}`);
    return text;
  };
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => JSON.parse(await ask(method, path, body)) as T;
  return {
    control,
    mailboxes: async () => (await control<{ mailboxes: TenantMailbox[] }>('GET', '/truth/mailboxes')).mailboxes,
    truth: async (mailboxId) =>
      (await ask('GET', mailboxId === undefined ? '/truth' : `/truth?mailbox=${mailboxId}`))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as TenantItem),
    stats: () => control('GET', '/stats'),
    latency: async (ms) => void (await control('PUT', '/latency', { ms })),
    fault: (rule) => control('POST', '/faults', rule),
    async played({ id }) {
      const { faults } = await control<{ faults: { id: string; played: number }[] }>('GET', '/faults');
      return faults.find((fault) => fault.id === id)?.played ?? 0;
    },
    clearFaults: async () => void (await control('DELETE', '/faults')),
  };
}

/** Entra id of the mailbox with the most messages. */
export async function fullestMailbox(tenant: Pick<Tenant, 'mailboxes'>): Promise<string> {
  return (await tenant.mailboxes()).toSorted((one, other) => other.messages - one.messages)[0]!.mailboxId;
}

/** Throws when the emulator has given answers that Microsoft's OpenAPI document does not know; it looks at them where it was given that. */
export function expectDocumentedAnswers(stats: Pick<TenantStats, 'invalidAnswers' | 'invalidAnswerTexts'>): void {
  if (stats.invalidAnswers === 0) return;
  throw new Error(`The emulator gave answers that Microsoft's OpenAPI document does not know: ${stats.invalidAnswerTexts.join('; ')}`);
}
