import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorRows } from '../../contract/errors.ts';
import { noNarrowing } from '../../contract/source.ts';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { organisationOfClasses } from '../support/organisation-of-classes.ts';
import { codesOf, startTestedConnection, type TestedConnection } from '../support/tested-connection.ts';

const domain = 'classes.example';
const addressOf = (name: string) => `${name.toLowerCase()}@${domain}`;
const readable = ['user', 'linked', 'shared', 'room', 'equipment'];
const wanted = [
  ...['User.Read.All', 'GroupMember.Read.All', 'Member.Read.Hidden', 'Domain.Read.All'],
  ...['Mail.Read', 'Calendars.Read', 'MailboxSettings.Read'],
];
const without = (...roles: string[]) => wanted.filter((role) => !roles.includes(role));

let tested: TestedConnection;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-connection-'));
  await writeFile(join(folder, 'organisation.json'), JSON.stringify(organisationOfClasses(domain)));
  tested = await startTestedConnection({ organisation: await loadOrganisation(folder) });
  await tested.tenant.control('PATCH', `/domains/new.example`, { isVerified: false });
  await tested.tenant.control('POST', '/contacts', { mail: 'pia@partner.example', displayName: 'Pia' });
});
afterAll(async () => {
  await tested?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  const { tenant } = tested;
  await tested.grant(wanted);
  const { policies } = await tenant.control<{ policies: { id: string; until?: string }[] }>('GET', '/policies');
  for (const { id, until } of policies) if (until === undefined) await tenant.control('DELETE', `/policies/${id}?immediate=true`);
  await tenant.clearFaults();
});

let groups = 0;
async function groupOf(kind: string, members: string[] | null, fields: object = {}): Promise<string> {
  const mail = `group${(groups += 1)}@${domain}`;
  await tested.tenant.control('POST', '/groups', { displayName: mail, kind, mail, ...(members && { members }), ...fields });
  return mail;
}

/** What every finding has for whoever reads it. */
function expectWords(answer: Awaited<ReturnType<TestedConnection['test']>>['answer']): void {
  for (const { code, words, remedy, docs } of answer.findings) {
    expect(errorRows.some((row) => row.code === code) ? '' : code).toBe('');
    expect(words).toMatch(/^[A-Z]/);
    expect(remedy).toMatch(/^[A-Z]/);
    expect(docs).toMatch(/^docs\/(azure-setup|errors)\.md#/);
  }
}

describe('a scope of everybody', () => {
  test('passes, with the class and state of those that were tried, and a warning of those that are not there', async () => {
    const { answer } = await tested.test({ scope: { kind: 'everything' } });
    expect(answer).toMatchObject({
      outcome: 'passes',
      outdated: false,
      mailboxes: { count: 9, complete: true },
      group: null,
      domain: null,
    });
    const states = Object.fromEntries(answer.samples.map((sample) => [sample.class, sample.state]));
    for (const one of readable) expect([one, states[one]]).toEqual([one, 'readable']);
    expect(codesOf(answer)).toEqual({ failures: [], warnings: ['TrawlMailboxesAbsent'] });
    expectWords(answer);
  });

  test('changes nothing: every request is a GET', async () => {
    const before = await tested.tenant.stats();
    await tested.test({ scope: { kind: 'everything' }, purpose: 'preview', policy: { archive: true } });
    const { byKind, violations } = await tested.tenant.stats();
    const added = Object.keys(byKind).filter((kind) => byKind[kind] !== (before.byKind[kind] ?? 0));
    expect(added.filter((kind) => /create|update|delete|renew|send|move|copy|delta/i.test(kind))).toEqual([]);
    expect(violations).toBe(0);
  });
});

describe('a domain', () => {
  test('that is verified is found', async () => {
    const { answer } = await tested.test({ scope: { kind: 'domain', domain } });
    expect(answer).toMatchObject({ outcome: 'passes', domain: { verified: true }, mailboxes: { complete: true } });
  });

  test.each([
    ['that is not verified', 'new.example', /not verified\. Verified are: classes\.example/],
    ['that is none of the tenant', 'nowhere.example', /no domain of the tenant\. Verified are: classes\.example/],
  ])('%s fails, and those that are verified are named', async (_what, name, words) => {
    const { answer } = await tested.test({ scope: { kind: 'domain', domain: name } });
    expect(answer).toMatchObject({ outcome: 'fails', mailboxes: null, samples: [] });
    expect(answer.domain).toEqual({ verified: false, verifiedDomains: [domain, 'classes.onmicrosoft.com'] });
    expect(codesOf(answer).failures).toEqual(['TrawlDomainNotVerified']);
    expect(answer.findings[0]!.detail).toMatch(words);
    expectWords(answer);
  });
});

describe('a group', () => {
  const two = [addressOf('user'), addressOf('shared')];
  const rule = 'user.displayName -eq "room"';
  test.each([
    ['microsoft365', { kind: 'microsoft365', dynamic: false, hidden: false, nestedGroups: 0 }, two, {}, ['TrawlGroupMailboxNotRead']],
    ['security', { kind: 'security', dynamic: false, hidden: false, nestedGroups: 0 }, two, {}, []],
    ['mailEnabledSecurity', { kind: 'mailEnabledSecurity', dynamic: false, hidden: false, nestedGroups: 0 }, two, {}, []],
    ['distribution', { kind: 'distribution', dynamic: false, hidden: false, nestedGroups: 0 }, two, {}, []],
    ['microsoft365', { kind: 'microsoft365', dynamic: true }, null, { membershipRule: rule }, ['TrawlGroupMailboxNotRead']],
    ['microsoft365', { kind: 'microsoft365', hidden: true }, two, { hidden: true }, ['TrawlGroupMailboxNotRead']],
  ] as const)('of kind %s says %j', async (kind, group, members, fields, warnings) => {
    const address = await groupOf(kind, members === null ? null : [...members], fields);
    const { answer } = await tested.test({ scope: { kind: 'group', group: address } });
    expect(answer).toMatchObject({ outcome: 'passes', group, mailboxes: { count: members === null ? 1 : 2, complete: true } });
    expect(codesOf(answer)).toEqual({ failures: [], warnings: [...warnings] });
    expect(answer.samples.map(({ state }) => state)).toEqual(answer.samples.map(() => 'readable'));
    expectWords(answer);
  });

  test('within another is read, and members without a mailbox are a warning that names them', async () => {
    const inner = await groupOf('distribution', [addressOf('room'), addressOf('guest'), 'pia@partner.example']);
    const outer = await groupOf('security', [addressOf('user'), inner]);
    const { answer } = await tested.test({ scope: { kind: 'group', group: outer } });
    expect(answer).toMatchObject({ outcome: 'passes', group: { nestedGroups: 1 }, withoutMailbox: { orgContact: 1, guest: 1 } });
    expect(answer.withoutMailboxNames.map(({ kind }) => kind).toSorted()).toEqual(['guest', 'orgContact']);
    expect(codesOf(answer)).toEqual({ failures: [], warnings: ['TrawlMembersWithoutMailbox', 'TrawlMailboxesAbsent'] });
  });

  test('that is empty is a warning', async () => {
    const { answer } = await tested.test({ scope: { kind: 'group', group: await groupOf('security', []) } });
    expect(answer).toMatchObject({ outcome: 'passes', mailboxes: { count: 0, complete: true } });
    expect(codesOf(answer)).toEqual({ failures: [], warnings: ['TrawlScopeEmpty'] });
  });

  test('of guests alone fails: nothing of it could be read', async () => {
    const { answer } = await tested.test({ scope: { kind: 'group', group: await groupOf('security', [addressOf('guest')]) } });
    expect(answer.outcome).toBe('fails');
    expect(codesOf(answer).failures).toEqual(['TrawlNoMailboxThere']);
  });

  test('with hidden membership fails without the permission to see it, and leads to it', async () => {
    const address = await groupOf('microsoft365', two, { hidden: true });
    await tested.grant(without('Member.Read.Hidden'));
    const { answer } = await tested.test({ scope: { kind: 'group', group: address } });
    expect(answer).toMatchObject({ outcome: 'fails', group: { hidden: true }, samples: [] });
    expect(codesOf(answer).failures).toEqual(['TrawlMembersHidden']);
    expect(answer.findings.find(({ level }) => level === 'failure')).toMatchObject({
      ...{ capability: 'hiddenMembership', mend: { permission: 'Member.Read.Hidden' } },
      docs: 'docs/azure-setup.md#member.read.hidden',
    });
  });

  test.each([
    ['that is a dynamic distribution list, which Graph does not show', `list@${domain}`, /dynamic distribution list/],
    ['that is a user', addressOf('user'), /address of a user/],
  ])('%s fails, and says what else to take', async (_what, group, words) => {
    const { answer } = await tested.test({ scope: { kind: 'group', group } });
    expect(answer.outcome).toBe('fails');
    expect(codesOf(answer).failures).toEqual(['TrawlGroupNotFound']);
    expect(answer.findings[0]!.detail).toMatch(words);
  });

  test('of a narrowing that is not there fails too', async () => {
    const narrowing = { ...noNarrowing, exclude: { addresses: [], groups: [`nobody@${domain}`] } };
    const { answer } = await tested.test({ scope: { kind: 'everything' }, narrowing });
    expect(codesOf(answer).failures).toEqual(['TrawlGroupNotFound']);
  });
});

describe('a user', () => {
  test.each(readable)('with a mailbox of class %s passes', async (one) => {
    const { answer } = await tested.test({ scope: { kind: 'user', user: addressOf(one) } });
    expect(answer).toMatchObject({
      outcome: 'passes',
      findings: [],
      samples: [{ class: one, state: 'readable', address: addressOf(one) }],
    });
  });

  test.each([
    ['guest', 'TrawlGuest'],
    ['unlicensed', 'TrawlUnlicensed'],
    ['onPremises', 'TrawlOnPremises'],
    ['softDeleted', 'TrawlSoftDeleted'],
  ])('%s fails with the reason', async (one, code) => {
    const { answer } = await tested.test({ scope: { kind: 'user', user: addressOf(one) } });
    expect(answer).toMatchObject({ outcome: 'fails', samples: [{ class: one, state: 'absent', reason: { code } }] });
    expect(codesOf(answer)).toEqual({ failures: [code], warnings: [] });
    expectWords(answer);
  });

  test('whose mailbox Exchange has not made yet fails with that', async () => {
    await tested.tenant.control('PATCH', `/mailboxes/${addressOf('linked')}`, { neverStarted: true });
    const { answer } = await tested.test({ scope: { kind: 'user', user: addressOf('linked') } });
    expect(codesOf(answer).failures).toEqual(['TrawlNotStarted']);
    await tested.tenant.control('PATCH', `/mailboxes/${addressOf('linked')}`, { neverStarted: false });
  });

  test('that nobody is fails', async () => {
    const { answer } = await tested.test({ scope: { kind: 'user', user: addressOf('nobody') } });
    expect(codesOf(answer).failures).toEqual(['TrawlUserNotFound']);
  });
});

describe('what is refused', () => {
  test.each([
    ['User.Read.All', { kind: 'everything' }, 'users', 'Authorization_RequestDenied'],
    ['Domain.Read.All', { kind: 'domain', domain }, 'domains', 'TrawlDomainsDenied'],
    ['GroupMember.Read.All', { kind: 'group', group: `any@${domain}` }, 'groups', 'TrawlGroupsDenied'],
    ['Mail.Read', { kind: 'everything' }, 'mail', 'ErrorAccessDenied'],
    ['Calendars.Read', { kind: 'everything' }, 'calendars', 'ErrorAccessDenied'],
  ] as const)('without %s fails, and leads to it', async (permission, scope, capability, code) => {
    await tested.grant(without(permission, ...(permission === 'GroupMember.Read.All' ? ['Member.Read.Hidden'] : [])));
    const { answer } = await tested.test({ scope });
    expect(answer.outcome).toBe('fails');
    const failures = answer.findings.filter(({ level }) => level === 'failure');
    expect(failures).toHaveLength(1);
    const least = permission === 'Mail.Read' ? 'Mail.ReadBasic.All' : permission;
    expect(failures[0]).toMatchObject({
      code,
      capability,
      mend: { permission: least },
      docs: `docs/azure-setup.md#${least.toLowerCase()}`,
    });
    expectWords(answer);
  });

  const add = (policy: object) => tested.tenant.control('POST', '/policies', { app: tested.clientId, immediate: true, ...policy });
  const group = async () => groupOf('security', [addressOf('user'), addressOf('shared')]);

  test('by an access policy that restricts to some is a warning, with the policy', async () => {
    await add({ kind: 'access', right: 'RestrictAccess', scope: [addressOf('user')] });
    const { answer } = await tested.test({ scope: { kind: 'group', group: await group() } });
    expect(answer.outcome).toBe('passes');
    expect(codesOf(answer)).toEqual({ failures: [], warnings: ['TrawlMailboxesRefused'] });
    expect(answer.findings[0]).toMatchObject({
      ...{ detail: '1 of 2 that were tried, by accessPolicy.', docs: 'docs/azure-setup.md#application-access-policies' },
    });
    const states = Object.fromEntries(answer.samples.map(({ address, state }) => [address, state]));
    expect(states).toEqual({ [addressOf('user')]: 'readable', [addressOf('shared')]: 'refused' });
  });

  test('by an access policy that denies every one of them fails, and is no missing consent', async () => {
    const address = await group();
    await add({ kind: 'access', right: 'DenyAccess', scope: [address] });
    const { answer } = await tested.test({ scope: { kind: 'group', group: address } });
    expect(answer.outcome).toBe('fails');
    expect(answer.findings[0]).toMatchObject({
      capability: 'mail',
      mend: { permission: null },
      docs: 'docs/azure-setup.md#application-access-policies',
    });
  });

  test('beyond a role of Exchange that was assigned for some is a warning, with the role', async () => {
    await tested.grant(without('Mail.Read', 'Calendars.Read'));
    for (const role of ['Application Mail.Read', 'Application Calendars.Read'])
      await add({ kind: 'role', role, scope: [addressOf('user')] });
    const { answer } = await tested.test({ scope: { kind: 'group', group: await group() } });
    expect(answer.outcome).toBe('passes');
    expect(answer.findings[0]).toMatchObject({ code: 'TrawlMailboxesRefused', docs: 'docs/azure-setup.md#rbac-for-applications' });
  });

  test('by Entra fails with its code', async () => {
    const { answer } = await tested.test({ scope: { kind: 'everything' }, secret: 'wrong' });
    expect(answer).toMatchObject({ outcome: 'fails', mailboxes: null });
    expect(codesOf(answer).failures).toEqual(['AADSTS7000215']);
    expect(answer.findings[0]!.docs).toBe('docs/errors.md#entra-id-when-it-is-asked-for-a-token');
  });

  test('by an Entra that is not there is unreachable: nothing is proven', async () => {
    const { answer } = await tested.test({ scope: { kind: 'everything' }, endpoints: { authority: 'https://localhost:1' } });
    expect(answer.outcome).toBe('unreachable');
    expect(codesOf(answer).failures).toEqual(['TrawlUnreachable']);
  });

  test('by a directory that stays away is unreachable', async () => {
    await tested.tenant.fault({ match: { path: '^GET /users' }, answer: { status: 503, emptyBody: true } });
    const { answer } = await tested.test({ scope: { kind: 'everything' } });
    expect(answer.outcome).toBe('unreachable');
  });
});

describe('a preview', () => {
  test('lists every mailbox by key, and counts folders and items of those that it tried', async () => {
    for (const subject of ['One', 'Two', 'Three'])
      await tested.tenant.control('POST', `/mailboxes/${addressOf('user')}/messages`, { subject, body: subject });
    const { id, report } = await tested.test({ scope: { kind: 'everything' }, purpose: 'preview' });
    const { connectionTests } = tested.store;
    const first = await connectionTests.listMailboxes({ id, after: null, limit: 5 });
    const rest = await connectionTests.listMailboxes({ id, after: first.at(-1)!.mailboxId, limit: 50 });
    const all = [...first, ...rest];
    expect(all).toHaveLength(9);
    expect(new Set(all.map(({ mailboxId }) => mailboxId)).size).toBe(9);
    const user = all.find(({ address }) => address === addressOf('user'))!;
    expect(user).toMatchObject({ class: 'user', state: 'readable' });
    expect(user.items).toBeGreaterThanOrEqual(3);
    expect(user.folders).toBeGreaterThan(user.emptyFolders!);
    expect(all.find(({ class: kind }) => kind === 'guest')).toMatchObject({ state: 'absent', items: null });
    expect(report.samples.filter(({ items }) => items !== null)).toHaveLength(5);
  });
});
