import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { crawlScope, type ScopedCrawl } from '../support/scoped-crawl.ts';
import { smallTenant, type SmallTenant } from '../support/small-tenant.ts';

let organisation: Organisation;
let small: SmallTenant;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 2, messagesPerMailbox: 4, seed: 'scopes' } });
  small = smallTenant(organisation);
});
afterAll(() => organisation?.stop());

let made = 0;
/** A continuous crawl of a group of two people. */
async function crawlGroup(fields: object = {}): Promise<{ source: ScopedCrawl; group: string; members: string[] }> {
  const name = `guarded-${(made += 1)}`;
  const members = [await small.person(`${name}-a`), await small.person(`${name}-b`)];
  const group = await small.group(name, members, fields);
  const source = await crawlScope(organisation, { scope: { kind: 'group', group }, mode: 'continuous' });
  return { source, group, members };
}

/** What was blocked goes on by itself, with everything as it was and nothing read again. */
async function expectUnharmed(source: ScopedCrawl, members: readonly string[]): Promise<void> {
  const goOn = async () => {
    await organisation.command(source.sourceId, 'run-now');
    await organisation.untilState(source.sourceId, 'waiting');
  };
  expect(await source.writesWhile(goOn)).toBe(0);
  await source.expectHolds(members);
}

describe('a group that was emptied', () => {
  test('by mistake retires nobody, and is as it was when the members are back', async () => {
    const { source, group, members } = await crawlGroup();
    await small.members(group, { remove: members });
    const blocked = await source.nextCycleBlockedBy('TrawlMailboxesVanished');
    expect(blocked.stateReason?.remedy).toMatch(/confirm-retirement/);
    expect(blocked.scopeReport).toMatchObject({ mailboxes: 0, held: 2, retired: 0 });
    await source.expectHolds(members);
    await small.members(group, { add: members });
    await expectUnharmed(source, members);
  });

  test('on purpose hides its mailboxes once somebody has confirmed', async () => {
    const { source, group, members } = await crawlGroup();
    const early = organisation.command(source.sourceId, 'confirm-retirement');
    await expect(early).rejects.toThrow(/wait for a confirmation/);
    await small.members(group, { remove: members });
    await source.nextCycleBlockedBy('TrawlMailboxesVanished');
    await organisation.command(source.sourceId, 'confirm-retirement');
    await organisation.untilState(source.sourceId, 'waiting');
    expect(await source.addresses()).toEqual([]);
    const hidden = await source.documents(members[0]!);
    expect(hidden.map(({ removal }) => removal?.reason)).toEqual(hidden.map(() => 'outOfScope'));
    expect(hidden.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['First', 'Second']));
  });
});

test('more than 20 mailboxes and a tenth that vanish at once are held, fewer are not', async () => {
  const { source, group } = await crawlGroup();
  const unlicensed = await Promise.all(
    Array.from({ length: 30 }, (_, index) => small.person(`unlicensed-${index}`, { class: 'unlicensed' })),
  );
  await small.members(group, { add: unlicensed });
  await source.nextCycle();
  expect((await source.report()).mailboxes).toBe(32);
  await small.members(group, { remove: unlicensed.slice(0, 21) });
  await source.nextCycleBlockedBy('TrawlMailboxesVanished');
  await small.members(group, { add: unlicensed.slice(0, 1) });
  await organisation.command(source.sourceId, 'run-now');
  await organisation.untilState(source.sourceId, 'waiting');
  expect(await source.report()).toMatchObject({ mailboxes: 12, retired: 20, held: 0, problem: null });
});

describe('a look-up that fails', () => {
  test('since the group is gone retires nobody; restored, nothing is read again', async () => {
    const { source, group, members } = await crawlGroup({ kind: 'microsoft365' });
    const { removed } = await organisation.tenant.control<{ removed: string }>('DELETE', `/groups/${group}`);
    await source.nextCycleBlockedBy('TrawlGroupNotFound');
    await source.expectHolds(members);
    await organisation.tenant.control('POST', `/groups/${removed}/restore`);
    await expectUnharmed(source, members);
  });

  test('with 503 is repeated, and retires nobody', async () => {
    const { source, members } = await crawlGroup();
    const fault = await organisation.tenant.fault({
      match: { path: 'transitiveMembers' },
      answer: { status: 503, retryAfter: 0 },
      count: 6,
    });
    await source.nextCycle();
    expect(await organisation.tenant.played(fault)).toBe(6);
    await source.expectHolds(members);
  });

  test('with 403 while users may be listed names the permission, and retires nobody', async () => {
    const { source, members } = await crawlGroup();
    await small.permissions({ without: ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'] });
    const blocked = await source.nextCycleBlockedBy('TrawlGroupsDenied');
    expect(blocked.stateReason?.remedy).toMatch(/GroupMember\.Read\.All/);
    await source.expectHolds(members);
    await small.permissions({});
    await expectUnharmed(source, members);
  });

  test('with 403 for everything, as when consent was withdrawn, blocks by the credential; given back, nothing is read again', async () => {
    const { source, members } = await crawlGroup();
    await small.permissions({ without: await allRoles() });
    await source.nextCycleBlockedBy('Authorization_RequestDenied');
    await source.expectHolds(members);
    await small.permissions({});
    await expectUnharmed(source, members);
  });
});

describe('a hidden membership', () => {
  const hidden = { kind: 'microsoft365', hidden: true };
  const without = { without: ['Member.Read.Hidden'] };
  const withRight = { with: ['Member.Read.Hidden'] };

  test('is read with the permission for it; without, nobody is retired and the permission is named', async () => {
    await small.permissions(withRight);
    const { source, members } = await crawlGroup(hidden);
    await source.expectHolds(members);
    expect((await source.report()).group).toMatchObject({ hidden: true });
    await small.permissions(without);
    const blocked = await source.nextCycleBlockedBy('TrawlMembersHidden');
    expect(blocked.stateReason?.remedy).toMatch(/Member\.Read\.Hidden/);
    await source.expectHolds(members);
    await small.permissions(withRight);
    await expectUnharmed(source, members);
  });

  test('of a nested group is noticed too, though Graph leaves it out without a word', async () => {
    await small.permissions(withRight);
    const { source, group, members } = await crawlGroup();
    const secret = await small.person('secret');
    await small.members(group, { add: [await small.group('nested-hidden', [secret], hidden)] });
    await source.nextCycle();
    await source.expectHolds([...members, secret]);
    await small.permissions(without);
    await source.nextCycleBlockedBy('TrawlMembersHidden');
    await source.expectHolds([...members, secret]);
    await small.permissions(withRight);
    await expectUnharmed(source, [...members, secret]);
  });

  test('that shows nobody is doubtful until somebody confirms', async () => {
    await small.permissions(withRight);
    const { source, group, members } = await crawlGroup(hidden);
    await small.members(group, { remove: members });
    await source.nextCycleBlockedBy('TrawlHiddenGroupEmpty');
    await source.expectHolds(members);
    await organisation.command(source.sourceId, 'confirm-retirement');
    await organisation.untilState(source.sourceId, 'waiting');
    expect(await source.addresses()).toEqual([]);
  });
});

async function allRoles(): Promise<string[]> {
  const { apps } = await organisation.tenant.control<{ apps: { roles: string[] }[] }>('GET', '/apps');
  return apps.flatMap(({ roles }) => roles);
}
