import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPolicy, type Policy } from '../../contract/policy.ts';
import type { StoredDocument } from '../../contract/document.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';

interface MailboxAnswer {
  mailboxId: string;
  address: string | null;
  class: string;
  archiveOf: string | null;
  state: string;
  reason: { code: string; words: string; remedy: string } | null;
  notes: { code: string }[];
  unreadableSince: string | null;
  foldersNotRead: Record<string, number>;
}

const domain = 'classes.example';
const classes = ['user', 'linked', 'shared', 'room', 'equipment', 'guest', 'unlicensed', 'onPremises', 'softDeleted'];
const addressOf = (name: string) => `${name.toLowerCase()}@${domain}`;

let folder: string;
let organisation: Organisation;
let sourceId: string;
let crawlId: string;
let cycle = 0;

async function nextCycle(): Promise<void> {
  await organisation.command(sourceId, 'run-now');
  cycle += 1;
  await organisation.untilCycle(crawlId, cycle);
}

async function mailboxes(query = ''): Promise<MailboxAnswer[]> {
  const path = `/v1/sources/${sourceId}/mailboxes?limit=200${query}`;
  return (await organisation.client.call<{ items: MailboxAnswer[] }>('GET', path)).items;
}

async function mailboxOf(name: string): Promise<MailboxAnswer> {
  const found = (await mailboxes()).find(({ address, archiveOf }) => address === addressOf(name) && archiveOf === null);
  if (found === undefined) throw new Error(`There is no mailbox of ${name}`);
  return found;
}

const documents = () => organisation.db.collection<StoredDocument>('documents');
const live = (mailboxId: string) => documents().countDocuments({ sourceId, mailboxId, removal: null });
const control = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> =>
  organisation.tenant.control(method, path, body);
const addMessage = (name: string, subject: string) =>
  control('POST', `/mailboxes/${addressOf(name)}/messages`, { subject, body: `Words of ${subject}` });

async function setPolicy(policy: Partial<Policy>): Promise<void> {
  await organisation.db.collection('sources').updateOne({ _id: sourceId as never }, { $set: { policy: { ...defaultPolicy, ...policy } } });
}

async function setRoles(change: (roles: string[]) => string[]): Promise<void> {
  const { clientId } = organisation.emulator.answer;
  const { apps } = await organisation.tenant.control<{ apps: { clientId: string; roles: string[] }[] }>('GET', '/apps');
  const { roles } = apps.find((app) => app.clientId === clientId)!;
  await control('PATCH', `/apps/${clientId}`, { roles: change(roles) });
}

/** Requests to a mailbox since the last look, by kind. */
async function requestsTo(mailboxId: string): Promise<Record<string, number>> {
  const { byMailbox } = await organisation.tenant.stats();
  await organisation.tenant.control('DELETE', '/stats');
  return byMailbox[mailboxId] ?? {};
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-classes-'));
  const users = classes.map((one) => ({
    ...{ upn: addressOf(one), mail: addressOf(one), displayName: one, class: one },
    ...(one === 'user' ? { archive: true } : {}),
  }));
  const lost = [{ assignedDateTime: '2026-01-01T00:00:00Z', capabilityStatus: 'Deleted', service: 'exchange', servicePlanId: crypto.randomUUID() }];
  const soft = users.find((one) => one.class === 'softDeleted')!;
  Object.assign(soft, { properties: { assignedPlans: lost } });
  const tenant = { id: crypto.randomUUID(), name: 'Classes', domains: [domain, 'classes.onmicrosoft.com'] };
  await writeFile(join(folder, 'organisation.json'), JSON.stringify({ version: 1, tenant, users }));
  organisation = await startOrganisation({ tenant: { folder } });
  for (const one of ['user', 'linked', 'shared', 'room', 'equipment']) await addMessage(one, `Hello ${one}`);
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  cycle = 1;
  await organisation.untilCycle(crawlId, 1);
});
afterAll(async () => {
  await organisation?.stop();
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
    expect((await mailboxes('&class=room')).map(({ address }) => address)).toEqual([addressOf('room')]);
    expect(await mailboxes('&class=archive')).toEqual([]);
  });

  test('leaves the crawl complete: what is not there is no gap', async () => {
    const { cycles } = await organisation.client.call<{ cycles: { completeness: string }[] }>('GET', `/v1/crawls/${crawlId}`);
    expect(cycles[0]).toMatchObject({ completeness: 'complete' });
  });

  test('is not asked for again in each cycle', async () => {
    const { mailboxId } = await mailboxOf('shared');
    await requestsTo(mailboxId);
    await nextCycle();
    expect(await requestsTo(mailboxId)).not.toHaveProperty('mailboxSettings.get');
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
    const policy = { kind: 'access', app: organisation.emulator.answer.clientId, right: 'DenyAccess', scope: [addressOf('shared')], immediate: true };
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
  await organisation.db.collection('mailboxes').updateMany({ sourceId }, { $set: { class: 'unknown', classified: null } });
  await organisation.worker.stop();
  await organisation.worker.start();
  await nextCycle();
  expect(await mailboxOf('user')).toMatchObject({ class: 'user', state: 'done', notes: [] });
  expect(await mailboxOf('room')).toMatchObject({ class: 'unknown', state: 'done', notes: [{ code: 'TrawlClassUnknown' }] });
  await setRoles((roles) => [...roles, 'MailboxSettings.Read']);
  await organisation.db.collection('mailboxes').updateMany({ sourceId }, { $set: { classified: null } });
  await organisation.worker.stop();
  await organisation.worker.start();
  await nextCycle();
  expect(await mailboxOf('room')).toMatchObject({ class: 'room', notes: [] });
});

describe('an in-place archive', () => {
  const archive = async () => (await mailboxes('&class=archive'))[0];
  let ownerId: string;
  let archived: string;

  beforeAll(async () => {
    ({ mailboxId: ownerId } = await mailboxOf('user'));
    const { id } = await addMessage('user', 'Old');
    ({ id: archived } = await control('POST', `/mailboxes/${ownerId}/messages/${id}/archive`, {}));
  });

  test('is not asked for unless the source wants it', async () => {
    await requestsTo(ownerId);
    await nextCycle();
    expect(await archive()).toBeUndefined();
    expect(await requestsTo(ownerId)).not.toHaveProperty('settings.exchange');
  });

  test('is a mailbox of its own, found and read in the very cycle', async () => {
    await setPolicy({ archive: true });
    await nextCycle();
    const found = await archive();
    expect(found).toMatchObject({ class: 'archive', archiveOf: ownerId, address: addressOf('user'), state: 'done', reason: null });
    expect(found!.mailboxId).toMatch(/^MBX:/);
    const stored = await documents().findOne({ sourceId, mailboxId: found!.mailboxId, graphId: archived });
    expect(stored).toMatchObject({ subject: 'Old', text: 'Words of Old', folderPath: 'Deleted Items', removal: null });
    // It has no calendars, and nobody asks for them.
    expect(Object.keys(await requestsTo(found!.mailboxId)).filter((kind) => kind.startsWith('calendar'))).toEqual([]);
  });

  test('is hidden when the source does not want it any more, and comes back without being read again', async () => {
    const { mailboxId } = (await archive())!;
    const before = await documents().find({ sourceId, mailboxId }, { projection: { indexDueAt: 0 } }).toArray();
    await setPolicy({ archive: false });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'retired', reason: { code: 'outOfScope' } });
    expect(await live(mailboxId)).toBe(0);
    await setPolicy({ archive: true });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'done' });
    expect(await documents().find({ sourceId, mailboxId }, { projection: { indexDueAt: 0 } }).toArray()).toEqual(before);
  });

  test('that is gone is retired with what it held hidden', async () => {
    const { mailboxId } = (await archive())!;
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
    const fault = { match: { path: 'settings/exchange' }, answer: { status: 404, code: 'BadRequest' } };
    await organisation.tenant.fault(fault);
    await nextCycle();
    await organisation.tenant.clearFaults();
    expect(await mailboxOf('user')).toMatchObject({ state: 'done', notes: [{ code: 'TrawlArchiveUnknown' }] });
    expect(await archive()).toMatchObject({ state: 'done' });
  });

  test('leaves with its owner and comes back with it', async () => {
    const { mailboxId } = (await archive())!;
    const { users } = await organisation.tenant.control<{ users: { id: string }[] }>('GET', '/users');
    const user = users.find(({ id }) => id === ownerId);
    await control('DELETE', `/users/${ownerId}`);
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'retired', reason: { code: 'outOfScope' } });
    expect(await live(mailboxId)).toBe(0);
    await control('POST', '/users', user);
    await control('PATCH', `/mailboxes/${ownerId}`, { archive: true });
    await nextCycle();
    expect(await archive()).toMatchObject({ state: 'done' });
    expect(await live(mailboxId)).toBeGreaterThan(0);
  });
});
