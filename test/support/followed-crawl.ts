import { createHash } from 'node:crypto';
import { BSON, type Db } from 'mongodb';
import { expect } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { Environment } from '../../stack/tool-cache.ts';
import { startOrganisation, wholeTruth, type Organisation } from './organisation.ts';
import { fullestMailbox, type Tenant, type TenantItem } from './tenant.ts';
import { waitFor } from './wait-for.ts';

/** Cycles that a test drives, one after the other, seen from one mailbox of a seeded organisation. */
export interface FollowedMailbox {
  tenant: Tenant;
  db: Db;
  sourceId: string;
  /** Entra id of the mailbox that the stories are about: the one with the most messages. */
  mailboxId: string;
  /** Changes that mailbox; `path` is below its own. */
  change<T = { id: string; folderPath: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  /** What the mailbox's folder (or calendar) of that path holds, as the tenant says. */
  items(folderPath: string, kind?: TenantItem['kind']): Promise<TenantItem[]>;
  /** Runs the next cycle to its end, and expects the collection to equal the truth then. */
  nextCycle(): Promise<void>;
  /** The document of the mailbox's message or event; fails when there is none. */
  document(graphId: string): Promise<StoredDocument>;
  attachmentsOf(graphId: string): Promise<StoredDocument[]>;
  stop(): Promise<void>;
}

/** The same of a continuous crawl by real processes. */
export interface FollowedCrawl extends FollowedMailbox {
  organisation: Organisation;
  crawlId: string;
}

export interface FollowOptions {
  seed: string;
  /** Settings of the API and the worker beside those that they need. */
  settings?: Environment;
  /** Sets the tenant up before anything is read. */
  before?: (organisation: Organisation) => Promise<void>;
}

/** Size of the organisations that are followed. */
export const followedSize = { mailboxes: 3, messagesPerMailbox: 60 };

/** Starts an organisation and a continuous crawl of it; resolves when the first cycle has stored the truth. */
export async function followCrawl({ seed, settings = {}, before }: FollowOptions): Promise<FollowedCrawl> {
  const organisation = await startOrganisation({ tenant: { ...followedSize, seed }, settings });
  try {
    await before?.(organisation);
    return await begin(organisation);
  } catch (error) {
    await organisation.stop();
    throw error;
  }
}

async function begin(organisation: Organisation): Promise<FollowedCrawl> {
  const { tenant, db } = organisation;
  const sourceId = await organisation.makeSource({ mode: 'continuous' });
  const crawlId = await organisation.crawl(sourceId);
  let cycle = 0;
  const endCycle = async () => {
    cycle += 1;
    await organisation.untilCycle(crawlId, cycle);
    expect(await organisation.compare(sourceId), `what is stored after cycle ${cycle}`).toEqual(wholeTruth);
  };
  const words = wordsOfMailbox({ tenant, db, sourceId, mailboxId: await fullestMailbox(tenant) });
  await endCycle();
  return {
    ...words,
    organisation,
    crawlId,
    async nextCycle() {
      await organisation.command(sourceId, 'run-now');
      await endCycle();
    },
    stop: () => organisation.stop(),
  };
}

type Seen = Pick<FollowedMailbox, 'tenant' | 'db' | 'sourceId' | 'mailboxId'>;

/** What a test says of one mailbox, however it is crawled. */
export function wordsOfMailbox(seen: Seen): Omit<FollowedMailbox, 'nextCycle' | 'stop'> {
  const { tenant, db, sourceId, mailboxId } = seen;
  const documents = db.collection<StoredDocument>('documents');
  const document = async (graphId: string) => {
    const found = await documents.find({ sourceId, mailboxId, graphId, kind: { $ne: 'attachment' } }).toArray();
    expect(found, `documents of ${graphId}`).toHaveLength(1);
    return found[0]!;
  };
  return {
    ...seen,
    change: (method, path, body) => tenant.control(method, `/mailboxes/${mailboxId}${path}`, body),
    items: async (folderPath, kind = 'message') =>
      (await tenant.truth()).filter((item) => item.mailboxId === mailboxId && item.folderPath === folderPath && item.kind === kind),
    document,
    attachmentsOf: async (graphId) => documents.find({ parentId: (await document(graphId))._id }).toArray(),
  };
}

/** Names the state of all documents at once, when search has caught up with them. */
export async function digestOf({ db }: Pick<FollowedMailbox, 'db'>): Promise<string> {
  const documents = db.collection('documents');
  await waitFor('search to catch up', async () => (await documents.countDocuments({ indexDueAt: { $ne: null } })) === 0);
  const hash = createHash('sha256');
  for await (const document of documents.find().sort({ _id: 1 })) hash.update(BSON.EJSON.stringify(document));
  return hash.digest('hex');
}

const content = ['subject', 'body', 'text', 'preview', 'from', 'sender', 'to', 'cc', 'attachment', 'internetMessageId', 'contentHash'];

/** Ids, dates and the reason are all that an erased document still holds. */
export function expectErased(document: StoredDocument, reason: string): void {
  expect(document).toMatchObject({ removal: { reason } });
  const held = content.filter((field) => (document as unknown as Record<string, unknown>)[field] != null);
  expect(held).toEqual([]);
}
