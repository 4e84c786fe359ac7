import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeltaPage, Graph, GraphFolder, GraphMessage, GraphUser, ListPage } from '../../graph/types.ts';
import { startEmulator, type EmulatorUnderTest, type TruthItem } from './emulator-process.ts';

let emulator: EmulatorUnderTest;
let graph: Graph;
let truth: TruthItem[];
beforeAll(async () => {
  emulator = await startEmulator(6, 60);
  graph = emulator.makeGraph();
  truth = (await emulator.truth()).filter(({ hidden }) => !hidden);
});
afterAll(async () => {
  await graph?.close();
  await emulator?.stop();
});

async function readRound<T extends { id: string }>(
  read: (link: string | null) => Promise<DeltaPage<T>>,
): Promise<{ items: T[]; delta: string }> {
  const items = new Map<string, T>();
  let link: string | null = null;
  for (;;) {
    const page: DeltaPage<T> = await read(link);
    expect(page.malformed).toEqual([]);
    for (const one of page.items) {
      if (one.gone) items.delete(one.id);
      else items.set(one.item.id, one.item);
    }
    if (page.delta !== null) return { items: [...items.values()], delta: page.delta };
    link = page.next;
  }
}

async function crawledFolders(userId: string): Promise<GraphFolder[]> {
  const rootId = await graph.getRootFolderId({ userId }, {});
  const { items: folders } = await readRound<GraphFolder>((link) => graph.readFolderDelta({ userId, link }, {}));
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const isBelowRoot = (folder: GraphFolder): boolean => {
    if (folder.isHidden || folder['@odata.type']?.endsWith('mailSearchFolder')) return false;
    if (folder.parentFolderId === rootId) return true;
    const parent = byId.get(folder.parentFolderId ?? '');
    return parent !== undefined && isBelowRoot(parent);
  };
  return folders.filter(isBelowRoot);
}

const mailboxIds = async () => (await emulator.mailboxes()).filter(({ hasMailbox }) => hasMailbox).map(({ mailboxId }) => mailboxId);
const ofKind = (kind: TruthItem['kind'], mailboxId: string) => truth.filter((item) => item.kind === kind && item.mailboxId === mailboxId);

test('all users are listed, and the probe tells which of them have a mailbox', async () => {
  const users: GraphUser[] = [];
  let link: string | null = null;
  do {
    const page: ListPage<GraphUser> = await graph.listUsers({ link }, {});
    users.push(...page.items);
    link = page.next;
  } while (link !== null);
  const probed = await Promise.all(
    users.map(async ({ id }) => [
      id,
      await graph.probeMailbox({ userId: id }, {}).then(
        () => 'ok',
        (error: { class: string }) => error.class,
      ),
    ]),
  );
  const expected = (await emulator.mailboxes()).map(({ mailboxId, hasMailbox }) => [mailboxId, hasMailbox ? 'ok' : 'ineligible']);
  expect(Object.fromEntries(probed)).toMatchObject(Object.fromEntries(expected));
  expect(users.length).toBeGreaterThanOrEqual(expected.length);
});

test('folder and message deltas give every message once, as counted, and nothing more when read again', async () => {
  for (const userId of await mailboxIds()) {
    const found: [string, string][] = [];
    for (const { id: folderId } of await crawledFolders(userId)) {
      const read = (link: string | null) => graph.readMessageDelta({ userId, folderId, link, pageSize: 7 }, {});
      const { items, delta } = await readRound<GraphMessage>(read);
      expect(await graph.countMessages({ userId, folderId }, {})).toBe(items.length);
      found.push(...items.map(({ id, subject }): [string, string] => [id, subject ?? '']));
      const again = await read(delta);
      expect([again.items, again.delta === null]).toEqual([[], false]);
    }
    const expected = ofKind('message', userId).map(({ id, subject }): [string, string] => [id, subject]);
    expect(found.toSorted()).toEqual(expected.toSorted());
  }
});

test('attachments have the hash of the truth, from their list and as a stream', async () => {
  const [first] = await mailboxIds();
  const attachments = truth.filter(({ kind, sha256 }) => kind === 'attachment' && sha256).slice(0, 12);
  expect(attachments.length).toBeGreaterThan(3);
  expect(first).toBeDefined();
  for (const { mailboxId: userId, parentId, id: attachmentId, sha256 } of attachments) {
    const messageId = parentId!;
    const listed = await graph.listAttachments({ userId, messageId, withContent: false, maxBytes: 1_000_000 }, {});
    expect(listed.find(({ id }) => id === attachmentId)).toMatchObject({
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: expect.any(String),
    });
    expect(listed.some(({ contentBytes }) => contentBytes)).toBe(false);
    expect(await graph.readAttachment({ userId, messageId, attachmentId }, {})).toMatchObject({ sha256 });
  }
});

test('a message and an event are read singly, and what is not there is not found', async () => {
  const message = truth.find(({ kind }) => kind === 'message')!;
  expect(await graph.getMessage({ userId: message.mailboxId, messageId: message.id }, {})).toMatchObject({
    id: message.id,
    subject: message.subject,
  });
  const event = truth.find(({ kind }) => kind === 'event')!;
  expect(await graph.getEvent({ userId: event.mailboxId, eventId: event.id }, {})).toMatchObject({ id: event.id, subject: event.subject });
  const absent = `${message.id.slice(0, -6)}AAAAA=`;
  await expect(graph.getMessage({ userId: message.mailboxId, messageId: absent }, {})).rejects.toMatchObject({
    status: expect.any(Number),
  });
});

test('calendars of the mailbox give every event', async () => {
  for (const userId of await mailboxIds()) {
    const found: string[] = [];
    for (const { id: calendarId, owner, isDefaultCalendar, canEdit } of await graph.listCalendars({ userId }, {})) {
      const { address } = (await emulator.mailboxes()).find(({ mailboxId }) => mailboxId === userId)!;
      if (!isDefaultCalendar && (owner?.address?.toLowerCase() !== address.toLowerCase() || !canEdit)) continue;
      let link: string | null = null;
      do {
        const page = await graph.listEvents({ userId, calendarId, link, whole: true, pageSize: 5 }, {});
        expect(page.malformed).toEqual([]);
        found.push(...page.items.map(({ id }) => id));
        link = page.next;
      } while (link !== null);
    }
    expect(found.toSorted()).toEqual(
      ofKind('event', userId)
        .map(({ id }) => id)
        .toSorted(),
    );
  }
});

test.each([
  ['a wrong secret', { login: { kind: 'secret' as const, secret: 'wrong' } }, 'AADSTS7000215'],
  ['an unknown client', { clientId: '00000000-1111-2222-3333-444444444444' }, 'AADSTS700016'],
  ['an unknown tenant', { tenantId: '00000000-1111-2222-3333-444444444444' }, 'AADSTS90002'],
])('%s is refused with its code', async (_what, settings, code) => {
  const refused = emulator.makeGraph(settings);
  expect(await refused.checkCredential({})).toEqual({ accepted: false, code, transient: false });
  await expect(refused.listUsers({ link: null }, {})).rejects.toMatchObject({ code, class: 'unauthorised' });
  await refused.close();
});

test('the credential is accepted, and nothing so far broke a limit', async () => {
  expect(await graph.checkCredential({})).toEqual({ accepted: true });
  expect(await emulator.stats()).toMatchObject({ violations: 0 });
});
