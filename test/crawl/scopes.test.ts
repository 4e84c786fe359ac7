import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { crawlScope } from '../support/scoped-crawl.ts';

let organisation: Organisation;
/** Users with mailboxes of the main domain, then of the other one. */
let here: string[];
let research: string[];
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 8, messagesPerMailbox: 8, seed: 'scopes' } });
  const { tenant } = organisation;
  const withMailbox = (await tenant.mailboxes()).filter(({ hasMailbox }) => hasMailbox).map(({ address }) => address);
  here = withMailbox.filter((address) => address.endsWith('@contoso.example'));
  research = withMailbox.filter((address) => address.endsWith('@research.contoso.example'));
  const { apps } = await tenant.control<{ apps: { clientId: string; roles: string[] }[] }>('GET', '/apps');
  await tenant.control('PATCH', `/apps/${apps[0]!.clientId}`, { roles: [...apps[0]!.roles, 'OrgContact.Read.All'] });
  await tenant.control('PATCH', '/domains/unproven.example', { isVerified: false });
  await alias(here[0]!, ['second.name@research.contoso.example']);
});
afterAll(() => organisation?.stop());

const group = async (fields: object) => organisation.tenant.control<{ id: string }>('POST', '/groups', fields);
const alias = async (address: string, aliases: string[]) => organisation.tenant.control('PATCH', `/users/${address}`, { aliases });
const crawl = async (scope: object, more: object = {}) => crawlScope(organisation, { scope, ...more });

describe('scope domain', () => {
  test('reads users with an address of any kind in the domain, and none of a sub-domain', async () => {
    const source = await crawl({ kind: 'domain', domain: 'Research.Contoso.Example' });
    const wanted = [...research, here[0]!].toSorted();
    expect(await source.addresses()).toEqual(wanted);
    await source.expectHolds(wanted);
    await alias(research[0]!, []);
    const narrowing = { include: { addresses: [research[0]!, here[1]!] } };
    const above = await crawl({ kind: 'domain', domain: 'contoso.example' }, { narrowing });
    expect(await above.addresses()).toEqual([here[1]!]);
  });

  test.each([
    ["that is not the tenant's", 'elsewhere.example', 'is no domain of the tenant'],
    ['that is not verified', 'unproven.example', 'not verified'],
  ])('one %s blocks the source, and those that are verified are listed', async (_name, domain, words) => {
    const source = await crawl({ kind: 'domain', domain });
    const blocked = await source.untilBlockedBy('TrawlDomainNotVerified');
    expect(blocked.stateReason?.remedy).toMatch(/verified/);
    const { problem } = await source.report();
    expect(problem?.words).toContain(words);
    expect(problem?.words).toMatch(/Verified are: .*contoso\.example.*research\.contoso\.example/);
    // A change of the scope is taken up at once.
    await source.change({ scope: { kind: 'domain', domain: 'research.contoso.example' } });
    await organisation.untilState(source.sourceId, 'completed');
    expect((await source.report()).problem).toBeNull();
    await source.expectHolds([...research, here[0]!]);
  });
});

describe('scope group', () => {
  test('reads members of three levels of groups in a loop once, and counts and names those without a mailbox', async () => {
    const { tenant } = organisation;
    await tenant.control('POST', '/contacts', { mail: 'pia@supplier.example', displayName: 'Pia Outside' });
    const guest = (await tenant.mailboxes()).find((mailbox) => mailbox.class === 'guest')!;
    const inner = await group({ displayName: 'Inner', kind: 'security', members: [here[2]!, here[1]!] });
    const middle = await group({
      displayName: 'Middle',
      kind: 'mailEnabledSecurity',
      mail: 'middle@contoso.example',
      members: [here[1]!, inner.id],
    });
    const outer = await group({
      displayName: 'Outer',
      kind: 'distribution',
      mail: 'outer@contoso.example',
      members: [here[0]!, middle.id, 'pia@supplier.example', guest.mailboxId],
    });
    await tenant.control('POST', `/groups/${inner.id}/members`, { add: [outer.id] });
    const source = await crawl({ kind: 'group', group: 'outer@contoso.example' });
    const users = here.slice(0, 3).toSorted();
    expect(await source.addresses()).toEqual([...users, guest.address].toSorted());
    await source.expectHolds(users);
    expect(await source.report()).toMatchObject({
      group: { kind: 'distribution', dynamic: false, hidden: false, nestedGroups: 2 },
      mailboxes: 4,
      withoutMailbox: { orgContact: 1, guest: 1 },
      withoutMailboxNames: expect.arrayContaining([
        { kind: 'orgContact', id: expect.any(String), name: 'Pia Outside', address: 'pia@supplier.example' },
      ]),
      problem: null,
    });
    // From within the loop it is the same people.
    const loop = await crawl({ kind: 'group', group: 'MIDDLE@contoso.example' });
    expect(await loop.addresses()).toEqual(await source.addresses());
  });

  test.each([
    ['microsoft365', false],
    ['mailEnabledSecurity', false],
    ['distribution', false],
    ['microsoft365', true],
  ])('reads the members of a group of kind %s, dynamic: %s', async (kind, dynamic) => {
    const mail = `kind-${kind.toLowerCase()}-${String(dynamic)}@contoso.example`;
    const { users } = await organisation.tenant.control<{ users: { upn: string; department: string; class: string }[] }>('GET', '/users');
    const { department } = users.find(({ upn }) => upn === here[3])!;
    const members = dynamic ? { membershipRule: `user.department -eq "${department}"` } : { members: [here[3]!] };
    await group({ displayName: mail, kind, mail, ...members });
    const source = await crawl({ kind: 'group', group: mail });
    const wanted = dynamic ? users.filter((user) => user.department === department).map(({ upn }) => upn) : [here[3]!];
    expect(await source.addresses()).toEqual(wanted.toSorted());
    expect((await source.report()).group).toMatchObject({ kind, dynamic });
    await source.expectHolds([here[3]!, ...wanted]);
  });

  test('one that Graph does not know blocks the source, with words on dynamic distribution lists', async () => {
    const source = await crawl({ kind: 'group', group: 'everybody-dynamic@contoso.example' });
    const blocked = await source.untilBlockedBy('TrawlGroupNotFound');
    expect(blocked.stateReason?.remedy).toMatch(/dynamic distribution lists.*domain or user scope/);
    expect((await source.report()).problem?.words).toMatch(/everybody-dynamic@contoso\.example.*dynamic distribution list/);
    // Made later, it is found by the next look.
    await group({ displayName: 'Late', kind: 'distribution', mail: 'everybody-dynamic@contoso.example', members: [here[1]!] });
    await organisation.command(source.sourceId, 'run-now');
    await organisation.untilState(source.sourceId, 'completed');
    await source.expectHolds([here[1]!]);
  });

  test('the address of a user is told from that of a group', async () => {
    const source = await crawl({ kind: 'group', group: here[1]! });
    await source.untilBlockedBy('TrawlGroupNotFound');
    expect((await source.report()).problem?.words).toMatch(/address of a user/);
  });
});

describe('scope user', () => {
  test('reads one mailbox by mail, alias or principal name, a shared one too', async () => {
    const { tenant } = organisation;
    const shared = 'front.desk@contoso.example';
    const { id } = await tenant.control<{ id: string }>('POST', '/users', {
      upn: 'front.desk.upn@contoso.example',
      mail: shared,
      class: 'shared',
      aliases: ['reception@contoso.example'],
      displayName: 'Front desk',
    });
    await tenant.control('POST', `/mailboxes/${id}/messages`, { subject: 'To all of us', body: 'Words' });
    for (const user of [shared, 'Reception@Contoso.Example', 'front.desk.upn@contoso.example']) {
      const source = await crawl({ kind: 'user', user });
      expect(await source.addresses()).toEqual([shared]);
      await source.expectHolds([shared]);
    }
  });

  test('one that the directory does not know blocks the source', async () => {
    const source = await crawl({ kind: 'user', user: 'nobody@contoso.example' });
    await source.untilBlockedBy('TrawlUserNotFound');
    expect((await source.report()).problem?.words).toContain('nobody@contoso.example');
  });
});

describe('a narrowing', () => {
  test('includes and excludes by addresses and groups; what is both is excluded', async () => {
    await group({ displayName: 'Wanted', kind: 'distribution', mail: 'wanted@contoso.example', members: [here[0]!, here[1]!, here[2]!] });
    const nested = await group({ displayName: 'Council', kind: 'security', members: [here[2]!] });
    await group({ displayName: 'Unwanted', kind: 'distribution', mail: 'unwanted@contoso.example', members: [nested.id] });
    await alias(here[1]!, ['other.name@contoso.example']);
    const narrowing = {
      include: { groups: ['wanted@contoso.example'], addresses: [research[0]!.toUpperCase(), here[3]!] },
      exclude: { groups: ['unwanted@contoso.example'], addresses: ['Other.Name@contoso.example', here[3]!] },
    };
    const source = await crawl({ kind: 'everything' }, { narrowing });
    const wanted = [here[0]!, research[0]!].toSorted();
    expect(await source.addresses()).toEqual(wanted);
    await source.expectHolds(wanted);
  });

  test('by a group that is not there blocks the source, since nobody would be left out', async () => {
    const source = await crawl({ kind: 'everything' }, { narrowing: { exclude: { groups: ['typo@contoso.example'] } } });
    await source.untilBlockedBy('TrawlGroupNotFound');
    expect(await source.addresses()).toEqual([]);
  });
});
