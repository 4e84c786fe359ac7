import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { newMailboxKind } from '../../contract/mailbox-class.ts';
import { groups, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';
import { storedDocument } from './stored-document.ts';

let host: ApiHost;
const sources = { german: '', french: '', hidden: '' };

beforeAll(async () => {
  host = await startApiHost();
  const { credentialId, datasetId } = await makeBasics(host);
  const other = await host.call('POST', '/v1/datasets', { body: { name: 'Of others', groups: [{ id: groups.other }] } });
  const make = async (of: string, country: string): Promise<string> =>
    (await host.call('POST', '/v1/sources', { body: sourceBody({ credentialId, datasetId: of }, { country }) })).body.id as string;
  sources.german = await make(datasetId, 'DE');
  sources.french = await make(datasetId, 'FR');
  sources.hidden = await make(other.body.id as string, 'DE');
  const documents = [
    storedDocument({ sourceId: sources.german, datasetId, graphId: '1' }),
    storedDocument({ sourceId: sources.german, datasetId, graphId: '2' }, { kind: 'event' }),
    storedDocument({ sourceId: sources.german, datasetId, graphId: '3' }, { removal: { reason: 'movedOut', at: new Date() } }),
    storedDocument({ sourceId: sources.french, datasetId, graphId: '4' }, { country: 'FR' }),
    storedDocument({ sourceId: sources.hidden, datasetId: other.body.id as string, graphId: '5' }),
  ];
  await host.store.db.collection<StoredDocument>('documents').insertMany(documents);
  while ((await host.store.search.indexBatch(100)) > 0);
  const mailboxes = [
    [sources.german, 'a', 'done'],
    [sources.german, 'b', 'pending'],
    [sources.german, 'c', 'retired'],
    [sources.hidden, 'a', 'done'],
  ] as const;
  await host.store.db.command({ collMod: 'mailboxes', validator: {} });
  await host.store.db
    .collection('mailboxes')
    .insertMany(mailboxes.map(([sourceId, mailboxId, state]) => ({ ...newMailboxKind, sourceId, mailboxId, state })));
});
afterAll(async () => host.close());

const of = (country: string, countryName: string, [documents, sourceCount, mailboxes]: [number, number, number]) => ({
  country,
  countryName,
  documents,
  sources: sourceCount,
  mailboxes,
});
const countries = async (key: string) => (await host.call('GET', '/v1/geography', { key })).body.countries as object[];

test('an admin is told of all sources, and of the documents that its groups show', async () => {
  expect(await countries(host.keys.admin)).toEqual([of('DE', 'Germany', [2, 2, 3]), of('FR', 'France', [1, 1, 0])]);
});

test('a reader is told of what is in its datasets alone', async () => {
  expect(await countries(host.keys.reader)).toEqual([of('DE', 'Germany', [2, 1, 2]), of('FR', 'France', [1, 1, 0])]);
  expect(await countries(host.keys.outsider)).toEqual([]);
});

test('documents are counted by groups, whatever the role', async () => {
  const key = (await host.call('POST', '/v1/api-keys', { body: { name: 'x', role: 'operator', groupIds: [groups.other] } })).body
    .key as string;
  expect(await countries(key)).toEqual([of('DE', 'Germany', [1, 2, 3]), of('FR', 'France', [0, 1, 0])]);
});
