/** What was served, by kind of request: for tests that prove how a client behaved. */
export interface Served {
  count(entry: { readonly kind: string; readonly status: number; readonly mailboxId: string | undefined }): void;
  snapshot(): {
    readonly requests: number;
    readonly byKind: Readonly<Record<string, number>>;
    readonly byStatus: Readonly<Record<string, number>>;
    readonly byMailbox: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  reset(): void;
}

export function createServed(): Served {
  let requests = 0;
  let byKind = new Map<string, number>();
  let byStatus = new Map<string, number>();
  let byMailbox = new Map<string, Map<string, number>>();
  const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    count: ({ kind, status, mailboxId }) => {
      requests++;
      add(byKind, kind);
      add(byStatus, String(status));
      if (mailboxId === undefined) return;
      const counts = byMailbox.get(mailboxId) ?? new Map<string, number>();
      byMailbox.set(mailboxId, counts);
      add(counts, kind);
    },
    snapshot: () => ({
      requests,
      byKind: Object.fromEntries(byKind),
      byStatus: Object.fromEntries(byStatus),
      byMailbox: Object.fromEntries([...byMailbox].map(([mailboxId, counts]) => [mailboxId, Object.fromEntries(counts)])),
    }),
    reset: () => {
      requests = 0;
      byKind = new Map();
      byStatus = new Map();
      byMailbox = new Map();
    },
  };
}
