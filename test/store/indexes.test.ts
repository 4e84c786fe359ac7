import type { Document } from 'mongodb';
import type { Crawl } from '../../contract/crawl.ts';
import { noCounts } from '../../contract/workflow/counts.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();

const crawl = (n: number): Crawl => ({
  _id: `crawl-${n}`,
  sourceId: `source-${n % 10}`,
  datasetId: 'd',
  mode: 'once',
  state: 'completed',
  stateSequence: 1,
  stateReason: null,
  cycle: 1,
  cycles: [],
  totals: { ...noCounts },
  startedAt: at(n),
  endedAt: at(n),
});

function stagesOf(plan: Document): Document[] {
  const children = [plan['inputStage'], ...(plan['inputStages'] ?? [])].filter((child) => child !== undefined) as Document[];
  return [plan, ...children.flatMap(stagesOf)];
}

/** Names of the indexes that a query's winning plan scans; throws when it scans the collection instead. */
async function indexesOf(collection: string, filter: Document, sort: Document = {}): Promise<string[]> {
  const explained = await room.store.db.collection(collection).find(filter).sort(sort).explain('queryPlanner');
  const winning = explained['queryPlanner'].winningPlan as Document;
  const stages = stagesOf((winning['queryPlan'] as Document | undefined) ?? winning);
  if (stages.some((stage) => stage['stage'] === 'COLLSCAN')) throw new Error(`The collection is scanned: ${JSON.stringify(winning)}`);
  return stages.flatMap((stage) => (typeof stage['indexName'] === 'string' ? [stage['indexName']] : []));
}

describe('queries of the crawl', () => {
  let where = { sourceId: '', mailboxId: '' };
  beforeAll(async () => {
    for (let n = 0; n < 3; n += 1) {
      const mailbox = await makeMailbox(room);
      where = mailbox.where;
      await mailbox.page(
        'inbox',
        1,
        Array.from({ length: 50 }, (_, m) => shown(`m${m}`, { attachmentsKey: m % 9 === 0 ? 'a' : null, content: { receivedAt: at(m) } })),
      );
      await mailbox.page('inbox', 2, [gone('m1')]);
      await mailbox.page('archive', 2, [shown('archived')]);
    }
    const small = await makeMailbox(room);
    await small.page('inbox', 1, [shown('m1'), shown('m2')], { context: { ...context, datasetId: 'small' } });
    await room.collections.crawls.insertMany(Array.from({ length: 20 }, (_, n) => crawl(n)));
  });

  it.each([
    [
      'unseen',
      'documents',
      () => ({
        ...where,
        removal: null,
        unseenSince: { $type: 'date', $lt: at(9) },
        $or: [{ kept: null }, { 'kept.nextLookAt': { $lte: at(9) } }],
      }),
      { unseenSince: 1 },
    ],
    [
      'attachmentsDue',
      'documents',
      () => ({
        ...where,
        'attachments.due': true,
        removal: null,
        $or: [{ 'attachments.claim': null }, { 'attachments.claim.pass': { $lt: 2 } }],
      }),
      { folderId: 1, receivedAt: 1 },
    ],
    [
      'hidden',
      'documents',
      () => ({
        sourceId: where.sourceId,
        'removal.erasedAt': null,
        'removal.reason': { $in: ['movedOut', 'outOfScope'] },
        'removal.at': { $type: 'date', $lte: at(9) },
      }),
      {},
    ],
    ['ofMailbox', 'documents', () => ({ ...where, kind: 'message', 'seenIn.2.present': true }), {}],
    ['ofFolder', 'documents', () => ({ ...where, folderId: 'archive', folderPath: { $ne: '/x' } }), {}],
    ['attachmentsOf', 'documents', () => ({ parentId: 'source:mailbox-1:m1', removal: null }), { _id: 1 }],
    [
      'attachmentsOf',
      'documents',
      () => ({
        parentId: { $in: ['source:mailbox-1:m1', 'source:mailbox-1:m2'] },
        'removal.reason': { $ne: 'deleted' },
        _id: { $nin: ['source:mailbox-1:m1:a'] },
      }),
      {},
    ],
    ['indexDue', 'documents', () => ({ indexDueAt: { $type: 'date' } }), { indexDueAt: 1 }],
    ['bodyFile', 'documents', () => ({ 'body.fileId': 'x' }), {}],
    [
      'ofMailbox',
      'streams',
      () => ({ ...where, kind: { $in: ['messages', 'calendar'] }, crawled: true, endedAt: null, readInPass: { $lt: 2 } }),
      { 'folder.items': -1, number: 1 },
    ],
    [
      'next',
      'mailboxes',
      () => ({ sourceId: where.sourceId, mailboxId: { $gt: 'a', $nin: [] }, closedIn: { $ne: 'c' }, state: { $ne: 'retired' } }),
      { mailboxId: 1 },
    ],
    ['byState', 'skips', () => ({ ...where, state: 'open' }), {}],
    ['ofSource', 'crawls', () => ({ sourceId: 'source-1', _id: { $lt: 'z' } }), { _id: -1 }],
  ] as [string, string, () => Document, Document][])('use index %s of %s', async (index, collection, filter, sort) => {
    expect(await indexesOf(collection, filter(), sort)).toContain(index);
  });

  it('that claim attachments do not sort what they find', async () => {
    const due = { ...where, 'attachments.due': true, removal: null, $or: [{ 'attachments.claim': null }, { 'attachments.claim.pass': 1 }] };
    const sorted = room.store.db.collection('documents').find(due).sort({ folderId: 1, receivedAt: 1 });
    const explained = await sorted.explain('queryPlanner');
    expect(JSON.stringify(explained['queryPlanner'].winningPlan)).not.toContain('"SORT"');
  });

  it('of the text search use its index', async () => {
    expect(await indexesOf('search', { datasetId: 'dataset', $text: { $search: 'words' } }, { _id: 1 })).toContain('words');
  });

  it('that count documents by country read the index and no document', async () => {
    const pipeline = [{ $match: { datasetId: { $in: ['d', 'e'] } } }, { $group: { _id: '$country', count: { $sum: 1 } } }];
    const explained = JSON.stringify(
      await room.store.db.collection('search').aggregate(pipeline, { hint: 'byCountry' }).explain('queryPlanner'),
    );
    expect(explained).toContain('"byCountry"');
    expect(explained).not.toContain('"FETCH"');
  });
});
