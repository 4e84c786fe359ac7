import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTruth, startEmulator, type TestEmulator } from './support.ts';

/** A reader of one folder, or of the whole mailbox, who keeps what delta tells, page by page. */
interface Reader {
  readonly folder: string | undefined;
  readonly idType: string;
  next: string;
  isRoundDone: boolean;
  readonly held: Map<string, string>;
}

let client: TestEmulator;
let user: string;
beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 40 } });
  user = client.emulator.world.users()[0]!.id;
  await client.control('POST', `/mailboxes/${user}/folders`, { displayName: 'Doomed', parent: 'inbox' });
  // So that shrinking a failure, which takes many more requests, does not end in a refusal instead.
  await client.control('PUT', '/limits', { requestsPerWindow: 1_000_000 });
  // Oddities that a reader survives without looking anything up.
  for (const quirk of ['itemsTwice', 'emptyPage', 'replay', 'outOfOrder', 'shortPages', 'parenthesisLinks', 'removalInFirstRound']) {
    const match = { path: '/messages/delta', share: 0.15, seed: quirk };
    await client.control('POST', '/faults', { match, answer: { quirk } });
  }
});
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

const FOLDERS = ['inbox', 'archive', 'junkemail'] as const;
/** Made anew when it was deleted for good with all that is in it. */
const DOOMED = 'Inbox/Doomed';
const ID_TYPES = ['IdType="ImmutableId", ', ''];

async function readPage(reader: Reader): Promise<void> {
  const { body } = await client.get(reader.next, { prefer: `${reader.idType}odata.maxpagesize=3` });
  for (const item of body.value) {
    if (item['@removed']) reader.held.delete(item.id);
    else reader.held.set(item.id, item.changeKey);
  }
  reader.isRoundDone = body['@odata.deltaLink'] !== undefined;
  reader.next = body['@odata.nextLink'] ?? body['@odata.deltaLink'];
}

async function change(step: { kind: string; pick: number; folder: number }): Promise<void> {
  const lines = (await readTruth(client, `?mailbox=${user}`)).filter((line) => line.kind === 'message');
  const id = lines.length > 0 ? lines[step.pick % lines.length].id : undefined;
  if (id === undefined && step.kind !== 'add') return;
  const folder = FOLDERS[step.folder] ?? DOOMED;
  const base = `/mailboxes/${user}/messages`;
  if (step.kind === 'add') await client.control('POST', base, { folder, subject: `added ${step.pick}` });
  if (step.kind === 'edit') await client.control('PATCH', `${base}/${id}`, { subject: `edited ${step.pick}` });
  if (step.kind === 'read') await client.control('PATCH', `${base}/${id}`, { isRead: step.pick % 2 === 0 });
  if (step.kind === 'move') await client.control('POST', `${base}/${id}/move`, { folder });
  if (step.kind === 'deleteFolder') {
    await client.control('DELETE', `/mailboxes/${user}/folders/${encodeURIComponent(DOOMED)}?hard=true`);
    await client.control('POST', `/mailboxes/${user}/folders`, { displayName: 'Doomed', parent: 'inbox' });
  }
  if (step.kind === 'delete') await client.control('DELETE', `${base}/${id}?hard=true`);
}

/** Each message's id of both kinds, by the immutable one. */
async function namesOf(ids: readonly string[]): Promise<Map<string, Record<string, string>>> {
  const body = JSON.stringify({ inputIds: ids, sourceIdType: 'restImmutableEntryId', targetIdType: 'restId' });
  const headers = { authorization: `Bearer ${await client.appToken()}`, 'content-type': 'application/json' };
  const reply = await client.send('POST', `${client.url}/v1.0/users/${user}/translateExchangeIds`, { body, headers });
  return new Map(reply.body.value.map((pair: any) => [pair.sourceId, { [ID_TYPES[0]!]: pair.sourceId, [ID_TYPES[1]!]: pair.targetId }]));
}

test('whatever changes while folders are read, one round after the last change ends in the truth', async () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'add', 'deleteFolder', 'edit', 'read', 'move', 'move', 'delete', 'page', 'page', 'page', 'page'),
    pick: fc.nat(1_000),
    folder: fc.nat(FOLDERS.length),
    reader: fc.nat(2 * (FOLDERS.length + 1) - 1),
  });
  const worlds = fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 5, maxLength: 40 }), async (isReadBefore, steps) => {
    const select = '?$select=subject,changeKey';
    const readers = [...FOLDERS, undefined].flatMap((folder) =>
      ID_TYPES.map((idType): Reader => ({
        ...{ folder, idType, isRoundDone: false, held: new Map() },
        next: `/users/${user}${folder === undefined ? '' : `/mailFolders/${folder}`}/messages/delta${select}`,
      })),
    );
    if (isReadBefore) for (const reader of readers) while (!reader.isRoundDone) await readPage(reader);
    for (const next of steps) await (next.kind === 'page' ? readPage(readers[next.reader]!) : change(next));
    for (const reader of readers) {
      // The round that is under way, and a whole one after the last change.
      do await readPage(reader);
      while (!reader.isRoundDone);
      do await readPage(reader);
      while (!reader.isRoundDone);
    }
    const truth = (await readTruth(client, `?mailbox=${user}`)).filter((line) => line.kind === 'message');
    const names = await namesOf(truth.map((line) => line.id as string));
    for (const reader of readers) {
      const { id } = (await client.get(`/users/${user}/mailFolders/${reader.folder ?? 'inbox'}?$select=id`)).body;
      const here = truth.filter((line) => reader.folder === undefined || line.folderId === id);
      const expected = here.map((line) => [names.get(line.id)![reader.idType], line.changeKey]);
      expect([...reader.held].toSorted()).toEqual(expected.toSorted());
    }
  });
  await fc.assert(worlds, { numRuns: 25, interruptAfterTimeLimit: 60_000 });
});
