import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { capabilities } from '../../contract/capabilities.ts';
import { found, startTestedCredential, statesOf, type TestedCredential, type TypedIn } from '../support/tested-credential.ts';

/** All that Trawl wants, by the least permission of each capability. */
const everything = [
  ...['User.Read.All', 'GroupMember.Read.All', 'Member.Read.Hidden', 'Domain.Read.All'],
  ...['Mail.Read', 'Calendars.Read', 'MailboxSettings.Read', 'Files.Read.All', 'Sites.Read.All'],
];
const nobody = '8d4a2b5e-0000-4000-8000-000000000000';

let tested: TestedCredential;
let addresses: string[];
beforeAll(async () => {
  tested = await startTestedCredential({ seed: { mailboxes: 8, messagesPerMailbox: 60 } });
  const mailboxes = await tested.tenant.mailboxes();
  addresses = mailboxes.filter((one) => one.class === 'user' && one.hasMailbox).map(({ address }) => address);
});
afterAll(() => tested?.stop());
afterEach(async () => {
  const { tenant, clientId, secret } = tested;
  await tested.grant(everything);
  await tenant.control('PATCH', `/apps/${clientId}`, { secrets: [secret], disabled: false });
  await tenant.control('PATCH', '/entra', { subscriptionLapsed: false });
  const { policies } = await tenant.control<{ policies: { id: string; until?: string }[] }>('GET', '/policies');
  for (const { id, until } of policies) if (until === undefined) await tenant.control('DELETE', `/policies/${id}?immediate=true`);
  await tenant.clearFaults();
});

const allWork = Object.fromEntries(capabilities.map((capability) => [capability, 'works']));

describe('signed in', () => {
  test('with all that it needs, everything works, every scope is possible, and nothing is too much', async () => {
    await tested.grant(everything);
    const answer = await tested.test();
    expect(answer).toMatchObject({ signedIn: true, reason: null, tenant: { id: tested.tenantId, name: 'Contoso' }, excess: [] });
    expect(answer.app).toEqual({ clientId: tested.clientId, name: 'Mail reader' });
    expect(answer.permissions.toSorted()).toEqual(everything.toSorted());
    expect(statesOf(answer)).toEqual(allWork);
    expect(answer.capabilities.map(({ mend }) => mend).filter(Boolean)).toEqual([]);
    expect(answer.scopes.map(({ state }) => state)).toEqual(['works', 'works', 'works', 'works']);
    expect(found(answer, 'mail').tried).toEqual({ tried: 5, readable: 5, refused: 0, cannotTell: 0 });
    expect(answer.durationMs).toBeLessThan(20_000);
  });

  test('changes nothing: every request to Graph is a GET', async () => {
    await tested.grant(everything);
    const before = await tested.tenant.stats();
    const truth = await tested.tenant.truth();
    await tested.test();
    const { byKind, violations } = await tested.tenant.stats();
    const added = Object.keys(byKind).filter((kind) => byKind[kind] !== (before.byKind[kind] ?? 0));
    expect(added.filter((kind) => /create|update|delete|renew|send|move|copy/i.test(kind))).toEqual([]);
    expect(violations).toBe(0);
    expect(await tested.tenant.truth()).toEqual(truth);
  });

  test('without any consent, says that, and what is to be done for each', async () => {
    await tested.grant([]);
    const answer = await tested.test({ mailboxes: [addresses[0]!] });
    expect(answer).toMatchObject({ signedIn: true, reason: { code: 'TrawlNoPermissions' }, permissions: [], tenant: { name: null } });
    expect(Object.values(statesOf(answer)).filter((state) => state === 'works' || state === 'partly')).toEqual([]);
    expect(answer.capabilities.filter(({ state, mend }) => state === 'refused' && mend === null)).toEqual([]);
    expect(answer.scopes.map(({ state }) => state)).toEqual(['refused', 'refused', 'refused', 'refused']);
  });
});

/** Without one permission: what differs from everything working, and what would mend the first of it. */
const withoutOne: { without: string[]; instead?: string[]; differs: Record<string, string>; mends: string | null; scopes?: string[] }[] = [
  {
    ...{ without: ['User.Read.All'], differs: { users: 'refused', archive: 'refused' }, mends: 'User.Read.All' },
    scopes: ['everything', 'domain', 'group', 'user'],
  },
  {
    ...{ without: ['GroupMember.Read.All'], differs: { groups: 'refused', hiddenMembership: 'cannotTell' } },
    ...{ mends: 'GroupMember.Read.All', scopes: ['group'] },
  },
  { without: ['Member.Read.Hidden'], differs: { hiddenMembership: 'refused' }, mends: 'Member.Read.Hidden' },
  { without: ['Domain.Read.All'], differs: { domains: 'refused' }, mends: 'Domain.Read.All', scopes: ['domain'] },
  {
    without: ['Mail.Read'],
    differs: { mail: 'refused', mailBodies: 'refused', attachments: 'refused', archive: 'refused' },
    ...{ mends: 'Mail.ReadBasic.All', scopes: ['everything', 'domain', 'group', 'user'] },
  },
  {
    ...{ without: ['Mail.Read'], instead: ['Mail.ReadBasic.All'], differs: { mailBodies: 'refused', attachments: 'refused' } },
    ...{ mends: 'Mail.Read', scopes: ['everything', 'domain', 'group', 'user'] },
  },
  {
    ...{ without: ['Calendars.Read'], differs: { calendars: 'refused' }, mends: 'Calendars.Read' },
    scopes: ['everything', 'domain', 'group', 'user'],
  },
  {
    ...{ without: ['Calendars.Read'], instead: ['Calendars.ReadBasic.All'], differs: { calendars: 'refused' }, mends: 'Calendars.Read' },
    scopes: ['everything', 'domain', 'group', 'user'],
  },
  {
    without: ['Mail.Read', 'Calendars.Read'],
    differs: {
      mail: 'refused',
      mailBodies: 'refused',
      attachments: 'refused',
      archive: 'refused',
      calendars: 'refused',
      notifications: 'refused',
    },
    ...{ mends: 'Mail.ReadBasic.All', scopes: ['everything', 'domain', 'group', 'user'] },
  },
  { without: ['MailboxSettings.Read'], differs: { mailboxSettings: 'refused' }, mends: 'MailboxSettings.Read' },
  { without: ['Sites.Read.All'], differs: { sites: 'refused' }, mends: 'Sites.Read.All' },
  { without: ['Files.Read.All'], differs: {}, mends: null },
  { without: ['Files.Read.All', 'Sites.Read.All'], differs: { drives: 'refused', sites: 'refused' }, mends: 'Files.Read.All' },
  { without: ['Sites.Read.All'], instead: ['Sites.Selected'], differs: { sites: 'partly' }, mends: 'Sites.Read.All' },
];

test.each(withoutOne)('without $without and with $instead, $differs', async ({ without, instead = [], differs, mends, scopes = [] }) => {
  await tested.grant([...everything.filter((permission) => !without.includes(permission)), ...instead]);
  const answer = await tested.test({ mailboxes: addresses.slice(0, 2) });
  expect(statesOf(answer)).toEqual({ ...allWork, ...differs });
  expect(answer.signedIn && answer.reason === null).toBe(true);
  const lost = answer.capabilities.filter(({ state }) => state !== 'works');
  expect(lost[0]?.mend?.permission ?? null).toBe(mends);
  expect(
    lost.filter(({ state, reason, mend }) => state === 'refused' && (reason === null || mend === null || mend.steps.length < 3)),
  ).toEqual([]);
  expect(answer.scopes.filter(({ state }) => state === 'refused').map(({ scope }) => scope)).toEqual(scopes);
});

test('permissions that are more than needed are named, with what does in their place', async () => {
  await tested.grant(['Directory.Read.All', 'Mail.ReadWrite', 'Mail.Send', 'Calendars.Read', 'AuditLog.Read.All']);
  const { excess } = await tested.test();
  expect(Object.fromEntries(excess.map(({ permission, reason }) => [permission, reason]))).toEqual({
    ...{ 'Directory.Read.All': 'wider', 'Mail.ReadWrite': 'writes', 'Mail.Send': 'writes', 'AuditLog.Read.All': 'unused' },
  });
  expect(excess.find(({ permission }) => permission === 'Mail.ReadWrite')?.instead).toEqual(['Mail.Read']);
});

/** Refusals of Entra and of the way to it; rows that no request of a secret can meet are in graph/inspector.test.ts. */
const refusals: { what: string; typed?: () => TypedIn; tenant?: () => Promise<unknown>; code: string; remedy: RegExp }[] = [
  { what: 'an unknown tenant', typed: () => ({ tenantId: nobody }), code: 'AADSTS90002', remedy: /tenant id and the cloud/ },
  {
    what: 'a tenant of another cloud',
    typed: () => ({ tenantId: 'agency.example' }),
    code: 'AADSTS90002',
    remedy: /tenant id and the cloud/,
  },
  { what: 'a malformed tenant', typed: () => ({ tenantId: 'no_tenant' }), code: 'AADSTS900023', remedy: /tenant id/ },
  { what: 'an unknown client id', typed: () => ({ clientId: nobody }), code: 'AADSTS700016', remedy: /client id/ },
  { what: 'a wrong secret', typed: () => ({ secret: 'wrong' }), code: 'AADSTS7000215', remedy: /value, not the id/ },
  {
    ...{ what: "the secret's id in place of its value", typed: () => ({ secret: '0b9f3a52-6a51-4a43-9d6a-0f3a3f2b7c11' }) },
    ...{ code: 'TrawlSecretIdPasted', remedy: /Value/ },
  },
  {
    what: 'an expired secret',
    tenant: () =>
      tested.tenant.control('PATCH', `/apps/${tested.clientId}`, { secrets: [{ value: tested.secret, expires: '2026-01-01T00:00:00Z' }] }),
    ...{ code: 'AADSTS7000222', remedy: /new client secret/ },
  },
  { what: 'no secret', typed: () => ({ secret: '' }), code: 'AADSTS7000218', remedy: /value of a client secret/ },
  {
    ...{ what: 'an address of Graph in another cloud', typed: () => ({ endpoints: { graph: 'https://graph.nowhere.example' } }) },
    ...{ code: 'AADSTS500011', remedy: /cloud/ },
  },
  {
    what: 'a secret that the worker cannot open',
    typed: () => ({ withoutKey: true }),
    code: 'TrawlSecretSealed',
    remedy: /TRAWL_ENCRYPTION_KEYS/,
  },
  {
    what: 'a subscription that has lapsed',
    tenant: () => tested.tenant.control('PATCH', '/entra', { subscriptionLapsed: true }),
    ...{ code: 'AADSTS500014', remedy: /subscription/ },
  },
  {
    what: 'an app that was disabled',
    tenant: () => tested.tenant.control('PATCH', `/apps/${tested.clientId}`, { disabled: true }),
    ...{ code: 'AADSTS7000112', remedy: /enable/ },
  },
  {
    ...{ what: 'an Entra that cannot be reached', typed: () => ({ endpoints: { authority: 'https://localhost:1' } }) },
    ...{ code: 'TrawlUnreachable', remedy: /DNS, proxy and firewall/ },
  },
  {
    what: 'a Graph that does not take the token',
    tenant: () =>
      tested.tenant.fault({ match: { path: '^GET /' }, answer: { status: 401, code: 'InvalidAuthenticationToken', message: 'no' } }),
    ...{ code: 'InvalidAuthenticationToken', remedy: /credential/ },
  },
];

test.each(refusals)('$what is told by $code', async ({ typed, tenant, code, remedy }) => {
  await tenant?.();
  const answer = await tested.test(typed?.());
  expect(answer).toMatchObject({ signedIn: false, reason: { code } });
  expect(answer.reason?.remedy).toMatch(remedy);
  expect(new Set(Object.values(statesOf(answer)))).toEqual(new Set(['cannotTell']));
  expect(answer.scopes.map(({ state }) => state)).toEqual(['cannotTell', 'cannotTell', 'cannotTell', 'cannotTell']);
  expect(answer.mailboxes).toEqual([]);
});

describe('policies of Exchange', () => {
  const add = (policy: object) => tested.tenant.control('POST', '/policies', { app: tested.clientId, immediate: true, ...policy });
  const ofMailboxes = ['mail', 'mailBodies', 'attachments', 'calendars', 'mailboxSettings'] as const;

  test('an access policy that restricts to some mailboxes shows as partly, with counts', async () => {
    await add({ kind: 'access', right: 'RestrictAccess', scope: [addresses[0]] });
    const answer = await tested.test({ mailboxes: addresses.slice(0, 2) });
    for (const capability of ofMailboxes)
      expect(found(answer, capability)).toMatchObject({
        state: 'partly',
        policy: 'accessPolicy',
        tried: { tried: 5, readable: 1, refused: 4 },
      });
    expect(found(answer, 'mail').mend).toMatchObject({ permission: null, docs: 'docs/azure-setup.md#application-access-policies' });
    expect(found(answer, 'users').state).toBe('works');
    expect(answer.scopes[0]).toMatchObject({ state: 'partly', missing: [] });
    expect(answer.mailboxes[0]).toMatchObject({ address: addresses[0], refused: [] });
    expect(answer.mailboxes[1]).toMatchObject({ address: addresses[1], readable: [] });
  });

  test('an access policy that denies some mailboxes shows as partly', async () => {
    await add({ kind: 'access', right: 'DenyAccess', scope: [addresses[0]] });
    const answer = await tested.test({ mailboxes: [addresses[0]!] });
    expect(found(answer, 'mail')).toMatchObject({ state: 'partly', policy: 'accessPolicy', tried: { readable: 4, refused: 1 } });
    expect(found(answer, 'archive')).toMatchObject({ state: 'partly', policy: 'accessPolicy' });
  });

  test('an access policy that leaves no mailbox of those tried is no missing consent', async () => {
    await add({ kind: 'access', right: 'RestrictAccess', scope: [nobody] });
    const answer = await tested.test();
    expect(found(answer, 'mail')).toMatchObject({ state: 'refused', granted: 'Mail.Read', policy: 'accessPolicy' });
    expect(found(answer, 'mail').mend?.steps.join('\n')).toContain('Get-ApplicationAccessPolicy');
  });

  test('a role of Exchange for some mailboxes, without consent, shows as partly', async () => {
    await tested.grant(['User.Read.All']);
    await add({ kind: 'role', role: 'Application Mail.Read', scope: [addresses[0]] });
    const answer = await tested.test({ mailboxes: addresses.slice(0, 2) });
    expect(answer).toMatchObject({ signedIn: true, reason: null, permissions: ['User.Read.All'] });
    expect(found(answer, 'mail')).toMatchObject({
      state: 'partly',
      granted: null,
      policy: 'applicationRbac',
      tried: { readable: 1, refused: 4 },
    });
    expect(found(answer, 'mail').mend?.docs).toBe('docs/azure-setup.md#rbac-for-applications');
    expect(found(answer, 'calendars')).toMatchObject({ state: 'refused', policy: null, mend: { permission: 'Calendars.Read' } });
    expect(found(answer, 'notifications').state).toBe('cannotTell');
  });

  test('a role of Exchange for everybody shows as partly, since nothing says that it is for everybody', async () => {
    await tested.grant(['User.Read.All', 'Calendars.Read']);
    await add({ kind: 'role', role: 'Application Mail.Read', scope: [] });
    const answer = await tested.test();
    expect(found(answer, 'mail')).toMatchObject({ state: 'partly', policy: 'applicationRbac', tried: { readable: 5, refused: 0 } });
    expect(found(answer, 'calendars')).toMatchObject({ state: 'works', policy: null });
  });

  test('a mailbox that nobody has, or that is none, is told as that and counts for nothing', async () => {
    const answer = await tested.test({ mailboxes: ['nobody@contoso.example'] });
    expect(answer.mailboxes[0]).toMatchObject({ address: 'nobody@contoso.example', code: 'TrawlUserNotFound' });
    expect(found(answer, 'mail')).toMatchObject({ state: 'works', tried: { readable: 5, refused: 0 } });
  });
});

describe('while Microsoft is busy or slow', () => {
  test('a service that does not answer is not told, and does not hold the others up', async () => {
    const { tenant } = tested;
    await tenant.fault({ match: { path: '^GET /sites/' }, answer: { hang: true } });
    const answer = await tested.test();
    expect(found(answer, 'sites')).toMatchObject({ state: 'cannotTell', reason: { code: 'TrawlTimeout' } });
    expect(found(answer, 'mail').state).toBe('works');
    expect(answer.durationMs).toBeLessThan(20_000);
  });

  test('mailboxes whose places are all taken by crawls are passed over for others', async () => {
    const { tenantId, clientId, store, tenant } = tested;
    const busy = (await tenant.mailboxes()).find(({ address }) => address === addresses[0])!;
    const budgetId = `${tenantId}:${clientId}:${busy.mailboxId}`;
    const holders = ['a', 'b', 'c', 'd'];
    for (const holder of holders) expect(await store.budgets.holdPlace({ budgetId, holder })).not.toBeNull();
    const answer = await tested.test({ mailboxes: [addresses[0]!] });
    expect(answer.mailboxes[0]).toMatchObject({ code: 'TrawlMailboxBusy', readable: [], refused: [] });
    expect(found(answer, 'mail')).toMatchObject({ state: 'works', tried: { readable: 5, cannotTell: 1 } });
    for (const holder of holders) await store.budgets.releasePlace({ budgetId, holder });
  });

  test('requests that are throttled once are asked again', async () => {
    const { tenant } = tested;
    const throttled = await tenant.fault({
      match: { path: '^GET /users/.*/messages' },
      answer: { status: 429, code: 'ApplicationThrottled', retryAfter: '0.2' },
      count: 2,
    });
    expect(statesOf(await tested.test())).toEqual(allWork);
    expect(await tenant.played(throttled)).toBe(2);
  });
});
