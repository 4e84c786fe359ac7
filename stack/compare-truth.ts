import type { Db } from 'mongodb';
import { documentKey } from '../contract/ids.ts';

/** One item as the local Microsoft 365 holds it. */
export interface TrueItem {
  mailboxId: string;
  kind: 'message' | 'event' | 'attachment';
  id: string;
  parentId?: string | null;
  hidden?: boolean;
}

export interface Comparison {
  /** Items that are neither stored nor skipped. */
  missing: number;
  /** Items that are stored more than once. */
  doubled: number;
  /** Documents of items that are not there. */
  extra: number;
  /** Items that are not stored, with a skip that says why. */
  skipped: number;
  /** A few of each, for a look. */
  examples: { missing: string[]; doubled: string[]; extra: string[] };
}

interface LiveDocument {
  mailboxId: string;
  graphId: string;
  kind: string;
  parentId: string | null;
  eventType?: string | null;
}

const exampleCount = 5;

/** Ids of attachments are unique only within their message. */
function keyOf(item: { mailboxId: string; kind: string; id: string; parentId?: string | null | undefined }): string {
  return [item.mailboxId, item.kind, item.kind === 'attachment' ? (item.parentId ?? '') : '', item.id].join('\n');
}

interface Held {
  stored: number;
  inTruth: boolean;
}

async function liveDocuments(db: Db, sourceId: string): Promise<Map<string, Held>> {
  const projection = { _id: 0, mailboxId: 1, graphId: 1, kind: 1, parentId: 1, eventType: 1 };
  const held = new Map<string, Held>();
  for await (const document of db.collection<LiveDocument>('documents').find({ sourceId, removal: null, rootId: null }, { projection })) {
    // Changed occurrences belong to a series; the truth names the series.
    const isException = document.eventType === 'exception' || document.eventType === 'occurrence';
    const parentId = document.parentId?.slice(documentKey({ sourceId, mailboxId: document.mailboxId, graphId: '' }).length) ?? null;
    const key = keyOf({ ...document, id: document.graphId, parentId });
    const known = held.get(key);
    if (known) known.stored += 1;
    else held.set(key, { stored: 1, inTruth: isException });
  }
  return held;
}

/**
 * Compares the live documents of a source with the truth. Items in hidden folders are not crawled, and not expected.
 * An attachment counts as skipped when its message is.
 */
export async function compareTruth(options: { db: Db; sourceId: string; truth: AsyncIterable<TrueItem> }): Promise<Comparison> {
  const { db, sourceId, truth } = options;
  const held = await liveDocuments(db, sourceId);
  const skips = db.collection('skips').find({ sourceId, state: { $ne: 'retried' } }, { projection: { _id: 0, mailboxId: 1, graphId: 1 } });
  const skippedItems = new Set((await skips.toArray()).map((skip) => `${skip['mailboxId']}\n${skip['graphId']}`));
  const result: Comparison = { missing: 0, doubled: 0, extra: 0, skipped: 0, examples: { missing: [], doubled: [], extra: [] } };
  const note = (kind: keyof Comparison['examples'], key: string): void => {
    result[kind] += 1;
    if (result.examples[kind].length < exampleCount) result.examples[kind].push(key.replaceAll('\n', ' '));
  };
  for await (const item of truth) {
    const key = keyOf(item);
    const found = held.get(key);
    if (found) found.inTruth = true;
    else if (item.hidden) continue;
    else if ([item.id, item.parentId].some((id) => id && skippedItems.has(`${item.mailboxId}\n${id}`))) result.skipped += 1;
    else note('missing', key);
  }
  for (const [key, { stored, inTruth }] of held) {
    if (stored > 1) note('doubled', key);
    if (!inTruth) note('extra', key);
  }
  return result;
}

/** Reads newline-delimited JSON from an address. Throws an Error when it does not answer with 200. */
export async function* readTruth(url: string): AsyncGenerator<TrueItem> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`The truth at ${url} answers with status ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as TrueItem;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as TrueItem;
}
