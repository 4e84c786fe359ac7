export interface ServedEntry {
  readonly kind: string;
  readonly status: number;
  readonly mailboxId: string | undefined;
  /** Application id of the client, where its token told it. */
  readonly appId?: string | undefined;
}

export interface ServedCounts {
  readonly requests: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byMailbox: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By application id: how many of each kind. */
  readonly byClient: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By kind: how many of each status. */
  readonly byKindAndStatus: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What was served, by kind of request: for tests that prove how a client behaved. */
export interface Served {
  count(entry: ServedEntry): void;
  snapshot(): ServedCounts;
  reset(): void;
}

export function createServed(): Served {
  let requests = 0;
  const byKind = countTable();
  const byStatus = countTable();
  const byMailbox = countTables();
  const byClient = countTables();
  const byKindAndStatus = countTables();
  return {
    count: ({ kind, status, mailboxId, appId }) => {
      requests++;
      byKind.add(kind);
      byStatus.add(String(status));
      byKindAndStatus.add(kind, String(status));
      if (mailboxId !== undefined) byMailbox.add(mailboxId, kind);
      if (appId !== undefined) byClient.add(appId, kind);
    },
    snapshot: () => ({
      ...{ requests, byKind: byKind.counts(), byStatus: byStatus.counts(), byMailbox: byMailbox.counts() },
      ...{ byClient: byClient.counts(), byKindAndStatus: byKindAndStatus.counts() },
    }),
    reset: () => {
      requests = 0;
      for (const table of [byKind, byStatus, byMailbox, byClient, byKindAndStatus]) table.clear();
    },
  };
}

function countTable() {
  const counts = new Map<string, number>();
  return {
    add: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    counts: () => Object.fromEntries(counts),
    clear: () => counts.clear(),
  };
}

function countTables() {
  const tables = new Map<string, ReturnType<typeof countTable>>();
  return {
    add: (name: string, part: string) => {
      const table = tables.get(name) ?? countTable();
      tables.set(name, table);
      table.add(part);
    },
    counts: () => Object.fromEntries([...tables].map(([name, table]) => [name, table.counts()])),
    clear: () => tables.clear(),
  };
}
