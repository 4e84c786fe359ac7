import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailboxAnswer } from '../../api/schemas/mailbox.ts';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';
import { organisationOfClasses } from '../support/organisation-of-classes.ts';

const domain = 'classes.example';
const addressOf = (name: string) => `${name.toLowerCase()}@${domain}`;

let crawl: DirectCrawl;
let sourceId: string;

const nextCycle = () => crawl.cycle();

async function mailboxOf(name: string): Promise<MailboxAnswer> {
  const found = (await crawl.mailboxes()).find(({ address, archiveOf }) => address === addressOf(name) && archiveOf === null);
  if (found === undefined) throw new Error(`There is no mailbox of ${name}`);
  return found;
}

const documents = () => crawl.collections.documents;
const live = (mailboxId: string) => documents().countDocuments({ sourceId, mailboxId, removal: null });
const control = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> =>
  crawl.tenant.control(method, path, body);
const addMessage = (name: string, subject: string) =>
  control('POST', `/mailboxes/${addressOf(name)}/messages`, { subject, body: `Words of ${subject}` });

async function setRoles(change: (roles: string[]) => string[]): Promise<void> {
  const { apps } = await crawl.tenant.control<{ apps: { clientId: string; roles: string[] }[] }>('GET', '/apps');
  const { roles } = apps.find((app) => app.clientId === crawl.clientId)!;
  await control('PATCH', `/apps/${crawl.clientId}`, { roles: change(roles) });
  await crawl.forgetToken();
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-classes-'));
  await writeFile(join(folder, 'organisation.json'), JSON.stringify(organisationOfClasses(domain)));
  crawl = await startDirectCrawl({ organisation: await loadOrganisation(folder) });
  ({ sourceId } = crawl);
  for (const one of ['user', 'linked', 'shared', 'room', 'equipment']) await addMessage(one, `Hello ${one}`);
  await nextCycle();
});
afterAll(async () => {
  await crawl?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the class of a mailbox', () => {
  test.each(['user', 'linked', 'shared', 'room', 'equipment'])('%s is told by Exchange, and the mailbox is read', async (one) => {
    const mailbox = await mailboxOf(one);
    expect(mailbox).toMatchObject({ class: one, state: 'done', reason: null, notes: [] });
    const subject = `Hello ${one}`;
    expect(await documents().findOne({ sourceId, mailboxId: mailbox.mailboxId, subject })).toMatchObject({ removal: null });
  });

  test.each([
    ['guest', 'TrawlGuest'],
    ['unlicensed', 'TrawlUnlicensed'],
    ['onPremises', 'TrawlOnPremises'],
    ['softDeleted', 'TrawlSoftDeleted'],
  ])('%s is found out with the directory, and is no error', async (one, code) => {
    const mailbox = await mailboxOf(one);
    expect(mailbox).toMatchObject({ class: one, state: 'ineligible', reason: { code } });
    expect(mailbox.reason?.remedy).toMatch(/^Nothing/);
    expect(mailbox.unreadableSince).toBeNull();
  });

  test('narrows the list of mailboxes', async () => {
    expect((await crawl.mailboxes({ class: 'room' })).map(({ address }) => address)).toEqual([addressOf('room')]);
    expect(await crawl.mailboxes({ class: 'archive' })).toEqual([]);
  });

  test('is not asked for again in each cycle', async () => {
    const { mailboxId } = await mailboxOf('shared');
    await crawl.requestsTo(mailboxId);
    await nextCycle();
    expect(await crawl.requestsTo(mailboxId)).not.toHaveProperty('mailboxSettings.get');
  });
});

describe('a mailbox that becomes readable', () => {
  test('by a licence is read in the next cycle, and its loss erases nothing', async () => {
    const { mailboxId } = await mailboxOf('unlicensed');
    await control('PATCH', `/users/${mailboxId}`, { class: 'user' });
    await addMessage('unlicensed', 'With a licence');
    await nextCycle();
    expect(await mailboxOf('unlicensed')).toMatchObject({ class: 'user', state: 'done', reason: null });
    const stored = await live(mailboxId);
    expect(stored).toBeGreaterThan(0);
    await control('PATCH', `/users/${mailboxId}`, { class: 'unlicensed' });
    await nextCycle();
    const lost = await mailboxOf('unlicensed');
    expect(lost).toMatchObject({ class: 'unlicensed', state: 'ineligible', reason: { code: 'TrawlUnlicensed' } });
    expect(lost.unreadableSince).not.toBeNull();
    expect(await live(mailboxId)).toBe(stored);
  });

  test('when Exchange has made it is read in the next cycle', async () => {
    const { id } = await control('POST', '/users', { upn: addressOf('new'), mail: addressOf('new'), class: 'user', displayName: 'New' });
    await addMessage('new', 'First');
    await control('PATCH', `/mailboxes/${id}`, { neverStarted: true });
    await nextCycle();
    expect(await mailboxOf('new')).toMatchObject({ class: 'notStarted', state: 'ineligible', reason: { code: 'TrawlNotStarted' } });
    await control('PATCH', `/mailboxes/${id}`, { neverStarted: false });
    await nextCycle();
    expect(await mailboxOf('new')).toMatchObject({ class: 'user', state: 'done' });
    expect(await documents().findOne({ sourceId, mailboxId: id, subject: 'First' })).toMatchObject({ removal: null });
  });
});

describe('a policy that keeps the app from one mailbox', () => {
  test('blocks that one alone, costs no document, and is lifted in the next cycle', async () => {
    const { mailboxId } = await mailboxOf('shared');
    const stored = await live(mailboxId);
    expect(stored).toBeGreaterThan(0);
    const policy = { kind: 'access', app: crawl.clientId, right: 'DenyAccess', scope: [addressOf('shared')], immediate: true };
    const { id } = await control('POST', '/policies', policy);
    await nextCycle();
    const blocked = await mailboxOf('shared');
    expect(blocked).toMatchObject({ class: 'shared', state: 'blocked', reason: { code: 'ErrorAccessDenied' } });
    expect(blocked.unreadableSince).not.toBeNull();
    expect(await mailboxOf('user')).toMatchObject({ state: 'done' });
    expect(await live(mailboxId)).toBe(stored);
    await control('DELETE', `/policies/${id}?immediate=true`);
    await addMessage('shared', 'After the policy');
    await nextCycle();
    expect(await mailboxOf('shared')).toMatchObject({ class: 'shared', state: 'done', reason: null, unreadableSince: null });
    expect(await live(mailboxId)).toBe(stored + 1);
  });
});

test('without the right to mailbox settings every mailbox is read, and the class is what the directory is sure of', async () => {
  await setRoles((roles) => roles.filter((role) => !role.startsWith('MailboxSettings.')));
  await crawl.collections.mailboxes.updateMany({ sourceId }, { $set: { class: 'unknown', classified: null } });
  await nextCycle();
  expect(await mailboxOf('user')).toMatchObject({ class: 'user', state: 'done', notes: [] });
  expect(await mailboxOf('room')).toMatchObject({ class: 'unknown', state: 'done', notes: [{ code: 'TrawlClassUnknown' }] });
  await setRoles((roles) => [...roles, 'MailboxSettings.Read']);
  await crawl.collections.mailboxes.updateMany({ sourceId }, { $set: { classified: null } });
  await nextCycle();
  expect(await mailboxOf('room')).toMatchObject({ class: 'room', notes: [] });
});

describe('an in-place archive', () => {
  const archive = async () => (await crawl.mailboxes({ class: 'archive' }))[0];
  let ownerId: string;
  let archived: string;

  beforeAll(async () => {
    ({ mailboxId: ownerId } = await mailboxOf('user'));
    const { id } = await addMessage('user', 'Old');
    ({ id: archived } = await control('POST', `/mailboxes/${ownerId}/messages/${id}/archive`, {}));
  });

  /** Has the source want archives, and reads this one; gives its mailbox id. */
  async function wantedArchive(): Promise<string> {
    if ((await archive())?.state !== 'done') {
      await crawl.setPolicy({ archive: true });
      await nextCycle();
    }
    return (await archive())!.mailboxId;
  }

  test('is not asked for unless the source wants it', async () => {
    await crawl.requestsTo(ownerId);
    await nextCycle();
    expect(await archive()).toBeUndefined();
    expect(await crawl.requestsTo(ownerId)).not.toHaveProperty('settings.exchange');
  });

  test('is a mailbox of its own, found and read in the very cycle', async () => {
    await crawl.setPolicy({ archive: true });
    await nextCycle();
    const found = await archive();
    expect(found).toMatchObject({ class: 'archive', archiveOf: ownerId, address: addressOf('user'), state: 'done', reason: null });
    expect(found!.mailboxId).toMatch(/^MBX:/);
    const stored = await documents().findOne({ sourceId, mailboxId: found!.mailboxId, graphId: archived });
    expect(stored).toMatchObject({ subject: 'Old', text: 'Words of Old', folderPath: 'Deleted Items', removal: null });
    // It has no calendars, and nobody asks for them.
    expect(Object.keys(await crawl.requestsTo(found!.mailboxId)).filter((kind) => kind.startsWith('calendar'))).toEqual([]);
  });

  test('is hidden when the source does not want it any more, and comes back without being read again', async () => {
    const mailboxId = await wantedArchive();
    const before = await documents()
      .find({ sourceId, mailboxId }, { projection: { indexDueAt: 0 } })
      .toArray();
    await crawl.setPolicy({ archive: false });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'retired', reason: { code: 'outOfScope' } });
    expect(await live(mailboxId)).toBe(0);
    await crawl.setPolicy({ archive: true });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'done' });
    expect(
      await documents()
        .find({ sourceId, mailboxId }, { projection: { indexDueAt: 0 } })
        .toArray(),
    ).toEqual(before);
  });

  test('that is gone is retired with what it held hidden', async () => {
    const mailboxId = await wantedArchive();
    await control('PATCH', `/mailboxes/${ownerId}`, { archive: false });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'retired', reason: { code: 'mailboxGone' } });
    expect(await documents().findOne({ sourceId, mailboxId })).toMatchObject({ removal: { reason: 'mailboxGone' }, subject: 'Old' });
    await control('PATCH', `/mailboxes/${ownerId}`, { archive: true });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'done' });
    expect(await documents().findOne({ sourceId, mailboxId })).toMatchObject({ removal: null });
  });

  test('stays when Graph does not say whether there is one', async () => {
    await wantedArchive();
    const fault = { match: { path: 'settings/exchange' }, answer: { status: 404, code: 'BadRequest' } };
    await crawl.tenant.fault(fault);
    await nextCycle();
    await crawl.tenant.clearFaults();
    expect(await mailboxOf('user')).toMatchObject({ state: 'done', notes: [{ code: 'TrawlArchiveUnknown' }] });
    expect(await archive()).toMatchObject({ state: 'done' });
  });

  test('leaves with its owner and comes back with it', async () => {
    const mailboxId = await wantedArchive();
    const { users } = await crawl.tenant.control<{ users: { id: string }[] }>('GET', '/users');
    const user = users.find(({ id }) => id === ownerId);
    await control('DELETE', `/users/${ownerId}`);
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'retired', reason: { code: 'mailboxGone' } });
    expect(await live(mailboxId)).toBe(0);
    await control('POST', '/users', user);
    await control('PATCH', `/mailboxes/${ownerId}`, { archive: true });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'done' });
    expect(await live(mailboxId)).toBeGreaterThan(0);
  });
});
