import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPolicy, type Policy } from '../../contract/policy.ts';
import type { StoredDocument } from '../../contract/document.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';
import { fullestMailbox } from '../support/tenant.ts';

let crawl: DirectCrawl;
let sourceId: string;
let mailboxId: string;

const documents = () => crawl.collections.documents;
const streams = () => crawl.collections.streams;
const change = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> =>
  crawl.tenant.control(method, `/mailboxes/${mailboxId}${path}`, body);
const addMessage = async (folder: string, subject: string) =>
  (await change('POST', '/messages', { folder, subject, body: `Words of ${subject}` })).id;
const addFolder = async (displayName: string, parent?: string) => (await change('POST', '/folders', { displayName, parent })).id;
const nextCycle = () => crawl.cycle();
const setFolders = (folders: Partial<Policy['folders']>) => crawl.setPolicy({ folders: { ...defaultPolicy.folders, ...folders } });
const document = (graphId: string): Promise<StoredDocument | null> => crawl.document(graphId);
const requests = () => crawl.requestsTo(mailboxId);
const mailbox = async () => (await crawl.mailboxes()).find((one) => one.mailboxId === mailboxId)!;

/** Everything that is stored of the mailbox, but the marks for the index. */
async function snapshot(): Promise<unknown[]> {
  const projection = { indexDueAt: 0 };
  return documents().find({ sourceId, mailboxId }, { projection }).sort({ _id: 1 }).toArray();
}

beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 40, seed: 'folder-rules' } });
  ({ sourceId } = crawl);
  mailboxId = await fullestMailbox(crawl.tenant);
  await nextCycle();
});
afterAll(() => crawl?.stop());

describe('a folder that the policy excludes', () => {
  let projects: string;
  let plan: string;
  let below: string;
  beforeAll(async () => {
    projects = await addFolder('Projects', 'inbox');
    const inner = await addFolder('Inner', projects);
    plan = await addMessage(projects, 'Plan');
    below = await addMessage(inner, 'Below');
    await nextCycle();
  });

  test('is hidden at once with all below it and asked for no more; included again, it comes back without being read again', async () => {
    const before = await snapshot();
    await setFolders({ exclude: ['Inbox/Projects'] });
    await requests();
    await nextCycle();
    const removal = { reason: 'outOfScope' };
    expect(await document(plan)).toMatchObject({ removal, subject: 'Plan', text: 'Words of Plan' });
    expect(await document(below)).toMatchObject({ removal, subject: 'Below' });
    expect(await requests()).not.toHaveProperty('messages.get');
    const crawled = { sourceId, mailboxId, crawled: true, endedAt: null };
    const read = await streams().countDocuments({ ...crawled, kind: 'messages' });
    await nextCycle();
    expect((await requests())['messages.delta']).toBe(read);

    await setFolders({});
    await nextCycle();
    expect(await snapshot()).toEqual(before);
    expect(await requests()).not.toHaveProperty('messages.get');
  });

  test('takes in what is moved below it, and gives back what is moved out of it', async () => {
    await setFolders({ exclude: ['Inbox/Projects'] });
    const wandering = await addFolder('Wandering');
    const message = await addMessage(wandering, 'Wanderer');
    await nextCycle();
    await change('PATCH', `/folders/${wandering}`, { parent: projects });
    await nextCycle();
    expect(await document(message)).toMatchObject({ removal: { reason: 'outOfScope' }, folderPath: 'Inbox/Projects/Wandering' });
    const late = await addMessage(wandering, 'Added while excluded');
    await change('PATCH', `/folders/${wandering}`, { parent: 'inbox' });
    await nextCycle();
    expect(await document(message)).toMatchObject({ removal: null, folderPath: 'Inbox/Wandering', text: 'Words of Wanderer' });
    expect(await document(late)).toMatchObject({ removal: null, folderPath: 'Inbox/Wandering' });
    await setFolders({});
    await nextCycle();
  });

  test('shows neither what was deleted nor what left it while it was excluded', async () => {
    await setFolders({ exclude: ['Inbox/Projects'] });
    const [kept, deleted, left] = [
      await addMessage(projects, 'Kept'),
      await addMessage(projects, 'Deleted'),
      await addMessage(projects, 'Left'),
    ];
    await setFolders({});
    await nextCycle();
    await setFolders({ exclude: ['Inbox/Projects'] });
    await nextCycle();
    await change('DELETE', `/messages/${deleted}?hard=true`);
    await change('POST', `/messages/${left}/move`, { folder: 'archive' });
    await setFolders({});
    await nextCycle();
    expect(await document(kept)).toMatchObject({ removal: null, folderPath: 'Inbox/Projects' });
    expect(await document(deleted)).toMatchObject({ removal: { reason: 'deleted' } });
    expect(await document(left)).toMatchObject({ removal: null, folderPath: 'Archive' });
    expect(await crawl.compare()).toMatchObject({ missing: 0, extra: 0, doubled: 0, different: [] });
  });
});

describe('a well-known folder', () => {
  test('is excluded by its name in any language, asked for once; moved into it, a folder goes too', async () => {
    await change('PATCH', '/folders/deleteditems', { displayName: 'Gelöschte Elemente' });
    const thrown = await addFolder('Thrown');
    const [inside, binned] = [await addMessage(thrown, 'Inside'), await addMessage('deleteditems', 'Binned')];
    await nextCycle();
    expect(await document(binned)).toMatchObject({ removal: null, folderPath: 'Gelöschte Elemente' });
    await change('DELETE', `/folders/${thrown}`);
    await nextCycle();
    expect(await document(inside)).toMatchObject({ removal: null, folderPath: 'Gelöschte Elemente/Thrown' });

    await requests();
    await setFolders({ exclude: ['wellKnown:deletedItems'] });
    await nextCycle();
    // The root, and the name.
    expect((await requests())['mailFolders.get']).toBe(2);
    expect(await document(binned)).toMatchObject({ removal: { reason: 'outOfScope' } });
    expect(await document(inside)).toMatchObject({ removal: { reason: 'outOfScope' } });
    await nextCycle();
    expect((await requests())['mailFolders.get']).toBe(1);
    await setFolders({});
    await nextCycle();
    expect(await document(inside)).toMatchObject({ removal: null });
  });
});

describe('folders that the policy includes', () => {
  test('are read alone, new ones below them too, and the mailbox says how many are not', async () => {
    await setFolders({ include: ['wellKnown:inbox'] });
    const [mine, others] = [await addFolder('Mine', 'inbox'), await addFolder('Others')];
    const [within, without] = [await addMessage(mine, 'Within'), await addMessage(others, 'Without')];
    await nextCycle();
    expect(await document(within)).toMatchObject({ removal: null, folderPath: 'Inbox/Mine' });
    expect(await document(without)).toBeNull();
    const live = await documents().distinct('folderPath', { sourceId, mailboxId, kind: 'message', removal: null });
    expect(live.filter((path) => path !== 'Inbox' && path?.startsWith('Inbox/') !== true)).toEqual([]);
    const counts = (await mailbox()).foldersNotRead;
    expect(counts).toMatchObject({ excluded: 0, recoverableItems: 0 });
    expect(counts.notIncluded).toBeGreaterThan(3);
    expect(counts.hidden).toBeGreaterThan(0);

    await setFolders({});
    await nextCycle();
    expect(await document(without)).toMatchObject({ removal: null, folderPath: 'Others' });
    expect(await crawl.compare()).toMatchObject({ missing: 0, extra: 0, different: [] });
  });
});

test('hidden folders are read by choice, and hidden again without a look when the choice is taken back', async () => {
  const hidden = (await crawl.tenant.truth()).filter((item) => item.hidden && item.mailboxId === mailboxId && item.kind === 'message');
  expect(hidden.length).toBeGreaterThan(0);
  const ids = hidden.map((item) => item.id);
  const stored = (removal: object | null) => documents().countDocuments({ sourceId, mailboxId, graphId: { $in: ids }, removal } as never);
  expect(await stored(null)).toBe(0);
  await setFolders({ hidden: true });
  await nextCycle();
  expect(await stored(null)).toBe(ids.length);
  await requests();
  await setFolders({});
  await nextCycle();
  expect(await stored(null)).toBe(0);
  expect(await requests()).not.toHaveProperty('messages.get');
});

test('a search folder is never read, whatever is included', async () => {
  const search = { sourceId, mailboxId, 'folder.search': true };
  await setFolders({ hidden: true, include: ['wellKnown:msgfolderroot'] });
  await nextCycle();
  const found = await streams().find(search).toArray();
  expect(found.length).toBeGreaterThan(0);
  for (const stream of found) expect(stream).toMatchObject({ crawled: false, leftOut: 'search', sequence: 0 });
  await setFolders({});
  await nextCycle();
});

describe('Recoverable Items', () => {
  const setRead = (recoverableItems: boolean) => crawl.setPolicy({ recoverableItems });

  test('are read by choice under paths of their own, and hidden when the choice is taken back', async () => {
    const purged = await addMessage('recoverableitemsdeletions', 'Purged');
    await nextCycle();
    expect(await document(purged)).toBeNull();
    await setRead(true);
    await nextCycle();
    expect(await document(purged)).toMatchObject({ removal: null, folderPath: 'Recoverable Items/Deletions', text: 'Words of Purged' });
    const later = await addMessage('recoverableitemsdeletions', 'Purged later');
    await nextCycle();
    expect(await document(later)).toMatchObject({ removal: null, folderPath: 'Recoverable Items/Deletions' });
    await requests();
    await setRead(false);
    await nextCycle();
    expect(await document(purged)).toMatchObject({ removal: { reason: 'outOfScope' } });
    expect(await requests()).not.toHaveProperty('mailFolders.childFolders');
    await setRead(true);
    await nextCycle();
    expect(await document(purged)).toMatchObject({ removal: null });
    await setRead(false);
    await nextCycle();
  });
});

test('a full mailbox, which has no delta of folders, has its folders listed', async () => {
  await change('PATCH', '', { overQuota: true });
  const added = await addFolder('Added while full');
  await nextCycle();
  expect(await streams().findOne({ sourceId, mailboxId, graphId: added })).toMatchObject({ path: 'Added while full', crawled: true });
  expect((await mailbox()).notes).toMatchObject([{ code: 'ErrorQuotaExceeded', remedy: expect.stringContaining('quota') }]);
  await change('PATCH', '', { overQuota: false });
  await nextCycle();
  expect((await mailbox()).notes).toEqual([]);
  expect(await crawl.compare()).toMatchObject({ missing: 0, extra: 0, different: [] });
});

test('a chain of 300 folders is read to its end, and follows a new name at its top', async () => {
  const names = Array.from({ length: 300 }, (_, level) => level.toString(36));
  const top = await addFolder(names[0]!);
  let parent = top;
  for (const name of names.slice(1)) parent = await addFolder(name, parent);
  const deepest = await addMessage(parent, 'Deepest');
  const pathFrom = (first: string) => [first, ...names.slice(1)].join('/');
  // The others are empty: asking each of them in each pass would show nothing.
  await setFolders({ include: [pathFrom('0')] });
  await nextCycle();
  expect(await document(deepest)).toMatchObject({ removal: null, folderPath: pathFrom('0'), text: 'Words of Deepest' });
  await change('PATCH', `/folders/${top}`, { displayName: 'Top' });
  await setFolders({ include: [pathFrom('Top')] });
  await nextCycle();
  expect(await document(deepest)).toMatchObject({ removal: null, folderPath: pathFrom('Top') });
  expect((await mailbox()).foldersNotRead.notIncluded).toBeGreaterThan(299);
});
