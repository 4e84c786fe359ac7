import { readFileSync } from 'node:fs';
import { MongoClient, type Collection } from 'mongodb';
import { openBareGraph, type BareGraph, type BareGraphSettings } from './bare-graph.ts';
import { peakMemoryMib } from './processor-use.ts';

/** What the loader is told, as JSON in TRAWL_BENCH_LOADER. */
export interface LoaderInput extends Omit<BareGraphSettings, 'ca' | 'connections'> {
  caFile: string;
  mongodbUri: string;
  database: string;
  /** Mailboxes read side by side, one request in flight each. */
  mailboxesAtOnce: number;
  /** The fields that Trawl asks for, so that both are answered with the same bytes. */
  messageQuery: Record<string, string>;
}

export interface LoaderPhase {
  items: number;
  seconds: number;
  cpuSeconds: number;
}

/** What the loader says on stdout when it is done. */
export interface LoaderOutput {
  pages: LoaderPhase;
  /** Afterwards: the attachments of each message that has some, hashed by nobody, inserted without their bytes. */
  attachments: LoaderPhase;
  peakMib: number;
}

interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
}
interface RawFolder {
  id: string;
  isHidden?: boolean;
  '@odata.type'?: string;
}
interface RawMessage {
  id: string;
  hasAttachments?: boolean;
  body?: { content?: string };
}
interface Raw {
  _id: string;
}

async function* pagesOf<T>(graph: BareGraph, first: string): AsyncGenerator<T[]> {
  for (let url: string | undefined = first; url !== undefined;) {
    const page: Page<T> = await graph.get(url);
    yield page.value;
    url = page['@odata.nextLink'];
  }
}

async function readAll<T>(graph: BareGraph, first: string): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pagesOf<T>(graph, first)) items.push(...page);
  return items;
}

async function timed(work: () => Promise<number>): Promise<LoaderPhase> {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const items = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { items, seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (user + system) / 1e6 };
}

const queryOf = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

interface Loading {
  graph: BareGraph;
  base: string;
  userId: string;
}

/** Inserts a mailbox's messages as they come; gives how many, and which of them have attachments. */
async function loadMessages(
  messages: Collection<Raw>,
  { graph, base, userId, query }: Loading & { query: string },
): Promise<{ loaded: number; attached: string[] }> {
  const folders = await readAll<RawFolder>(graph, `${base}/users/${userId}/mailFolders/delta`);
  const attached: string[] = [];
  let loaded = 0;
  for (const folder of folders) {
    if (folder.isHidden || folder['@odata.type']?.toLowerCase() === '#microsoft.graph.mailsearchfolder') continue;
    for await (const page of pagesOf<RawMessage>(graph, `${base}/users/${userId}/mailFolders/${folder.id}/messages/delta?${query}`)) {
      if (page.length === 0) continue;
      await messages.insertMany(
        page.map((message) => ({ _id: `${userId}:${message.id}`, ...message })),
        { ordered: false },
      );
      loaded += page.length;
      for (const { id, hasAttachments, body } of page) if (hasAttachments || body?.content?.includes('cid:')) attached.push(id);
    }
  }
  return { loaded, attached };
}

async function loadAttachments(attachments: Collection<Raw>, { graph, base, userId, ids }: Loading & { ids: string[] }): Promise<number> {
  let loaded = 0;
  for (const id of ids) {
    const address = `${base}/users/${userId}/messages/${id}/attachments`;
    const found = await readAll<{ id: string; contentBytes?: string }>(graph, address);
    const records = found.map(({ contentBytes: _bytes, ...rest }) => ({ _id: `${userId}:${id}:${rest.id}`, ...rest }));
    if (records.length > 0) await attachments.insertMany(records, { ordered: false });
    loaded += records.length;
  }
  return loaded;
}

/** Maps items with at most `atOnce` of them in work. */
async function mapAtOnce<T, R>(items: readonly T[], { atOnce, map }: { atOnce: number; map: (item: T) => Promise<R> }): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.values();
  const take = async () => {
    for (const item of waiting) results.push(await map(item));
  };
  await Promise.all(Array.from({ length: atOnce }, take));
  return results;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

async function main(input: LoaderInput): Promise<LoaderOutput> {
  const { mailboxesAtOnce, caFile, origin } = input;
  const query = queryOf(input.messageQuery);
  const client = new MongoClient(input.mongodbUri, { writeConcern: { w: 'majority', journal: true } });
  const db = client.db(input.database);
  await client.connect();
  const graph = await openBareGraph({ ...input, ca: readFileSync(caFile, 'utf8'), connections: mailboxesAtOnce });
  const base = `${origin}/v1.0`;
  const atOnce = mailboxesAtOnce;
  let withAttachments: { userId: string; ids: string[] }[] = [];
  const pages = await timed(async () => {
    const users = await readAll<{ id: string }>(graph, `${base}/users?$select=id`);
    const load = async ({ id: userId }: { id: string }) => {
      // An account without a mailbox is refused, and a bare loader goes on.
      const result = await loadMessages(db.collection('messages'), { graph, base, userId, query }).catch(() => ({
        loaded: 0,
        attached: [],
      }));
      return { userId, ...result };
    };
    const loaded = await mapAtOnce(users, { atOnce, map: load });
    withAttachments = loaded.map(({ userId, attached }) => ({ userId, ids: attached }));
    return sum(loaded.map((mailbox) => mailbox.loaded));
  });
  const attachments = await timed(async () => {
    const map = (mailbox: (typeof withAttachments)[number]) => loadAttachments(db.collection('attachments'), { graph, base, ...mailbox });
    return sum(await mapAtOnce(withAttachments, { atOnce, map }));
  });
  await graph.close();
  await client.close();
  return { pages, attachments, peakMib: peakMemoryMib('self') };
}

process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.env['TRAWL_BENCH_LOADER'] ?? '{}') as LoaderInput))}\n`);
