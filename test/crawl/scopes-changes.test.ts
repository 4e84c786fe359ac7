import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectErased } from '../support/followed-crawl.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { crawlScope } from '../support/scoped-crawl.ts';
import { smallTenant, type SmallTenant } from '../support/small-tenant.ts';

let organisation: Organisation;
let small: SmallTenant;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 2, messagesPerMailbox: 4, seed: 'scopes' } });
  small = smallTenant(organisation);
});
afterAll(() => organisation?.stop());

const continuous = { mode: 'continuous' as const };
const people = async (prefix: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => small.person(`${prefix}-${index}`)));

test('who joins a group is crawled; who leaves it is hidden with the reason, and shown again without being read when back', async () => {
  const [stays, leaves, joins] = (await people('member', 3)) as [string, string, string];
  const group = await small.group('team', [stays, leaves]);
  const source = await crawlScope(organisation, { scope: { kind: 'group', group }, ...continuous });
  await source.expectHolds([stays, leaves]);
  await small.members(group, { add: [joins], remove: [leaves] });
  await source.nextCycle();
  await source.expectHolds([stays, joins]);
  expect(await source.mailbox(leaves)).toMatchObject({ state: 'retired', reason: { code: 'outOfScope' } });
  const hidden = await source.documents(leaves);
  expect(hidden.map(({ removal }) => removal?.reason)).toEqual(hidden.map(() => 'outOfScope'));
  expect(hidden.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['First', 'Second']));
  expect(await source.report()).toMatchObject({ mailboxes: 2, joined: 1, retired: 1, held: 0 });
  await small.members(group, { add: [leaves] });
  expect(await source.writesWhile(source.nextCycle)).toBe(0);
  await source.expectHolds([stays, joins, leaves]);
});

test('a user who is deleted is told from one who left; restored, nothing is read again', async () => {
  const [stays, deleted] = (await people('staff', 2)) as [string, string];
  const group = await small.group('staff', [stays, deleted]);
  const source = await crawlScope(organisation, { scope: { kind: 'group', group }, ...continuous });
  const documents = await source.documents(deleted);
  const id = documents[0]!.mailboxId;
  await organisation.tenant.control('DELETE', `/users/${id}`);
  await source.nextCycle();
  expect(await source.mailbox(deleted)).toMatchObject({ state: 'retired', reason: { code: 'mailboxGone' } });
  const hidden = await organisation.db.collection('documents').find({ sourceId: source.sourceId, mailboxId: id }).toArray();
  expect(hidden.map((document) => document['removal']?.reason)).toEqual(documents.map(() => 'mailboxGone'));
  await organisation.tenant.control('POST', `/users/${id}/restore`);
  await small.members(group, { add: [id] });
  expect(await source.writesWhile(source.nextCycle)).toBe(0);
  await source.expectHolds([stays, deleted]);
});

describe('another scope', () => {
  test('back-fills who is new and hides who is out, without reading the rest again; the old one back reads nothing', async () => {
    const [both, only, added] = (await people('moved', 3)) as [string, string, string];
    const [before, after] = [await small.group('before', [both, only]), await small.group('after', [both, added])];
    const source = await crawlScope(organisation, { scope: { kind: 'group', group: before }, ...continuous });
    const changed = await source.change({ scope: { kind: 'group', group: after } });
    expect(changed.scopeRevision).toBe(2);
    expect(await source.addresses()).toEqual([both, only].toSorted());
    expect(await source.writesWhile(source.nextCycle)).toBe((await source.documents(added)).length);
    await source.expectHolds([both, added]);
    await source.change({ scope: { kind: 'group', group: before } });
    expect(await source.writesWhile(source.nextCycle)).toBe(0);
    await source.expectHolds([both, only]);
  });

  test('that is narrower hides who is left out, whatever their number', async () => {
    const members = await people('narrowed', 3);
    const group = await small.group('narrowed', members);
    const source = await crawlScope(organisation, { scope: { kind: 'group', group }, ...continuous });
    await source.change({ narrowing: { exclude: { addresses: members.slice(1) } } });
    expect(await source.writesWhile(source.nextCycle)).toBe(0);
    await source.expectHolds(members.slice(0, 1));
    await source.change({ narrowing: { exclude: { addresses: [] } } });
    expect(await source.writesWhile(source.nextCycle)).toBe(0);
    await source.expectHolds(members);
  });
});

test('what is hidden is erased when its time is over, with id, dates and reason kept, and read again when it comes back', async () => {
  const [stays, leaves] = (await people('kept', 2)) as [string, string];
  const group = await small.group('kept', [stays, leaves]);
  const source = await crawlScope(organisation, { scope: { kind: 'group', group }, ...continuous });
  await small.members(group, { remove: [leaves] });
  await source.nextCycle();
  const hidden = await source.documents(leaves);
  expect(hidden.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['First', 'Second']));
  await source.change({ policy: { retireAfterDays: 0 } });
  await source.nextCycle();
  const erased = await source.documents(leaves);
  for (const document of erased) {
    expectErased(document, 'outOfScope');
    expect(document.removal?.erasedAt).toBeInstanceOf(Date);
    if (document.kind === 'message') expect(document.receivedAt).toBeInstanceOf(Date);
  }
  expect(erased.map(({ _id }) => _id)).toEqual(hidden.map(({ _id }) => _id));
  await source.expectHolds([stays]);
  await small.members(group, { add: [leaves] });
  await source.nextCycle();
  await source.expectHolds([stays, leaves]);
  const back = await source.documents(leaves);
  const words = (documents: typeof back) => documents.map(({ _id, subject, text, attachment }) => ({ _id, subject, text, attachment }));
  expect(words(back)).toEqual(words(hidden));
  expect(back.filter(({ removal }) => removal !== null)).toEqual([]);
});
