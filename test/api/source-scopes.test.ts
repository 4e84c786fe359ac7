import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCrawl } from '../../api/start-crawl.ts';
import { defaultPolicy } from '../../contract/policy.ts';
import { noNarrowing } from '../../contract/source.ts';
import type { ScopeReport } from '../../contract/scope-report.ts';
import { makeBasics, sourceBody, startApiHost, type Answer, type ApiHost } from './api-host.ts';

let host: ApiHost;
let basics: { credentialId: string; datasetId: string };
beforeAll(async () => {
  host = await startApiHost();
  basics = await makeBasics(host);
});
afterAll(async () => host.close());

const make = (changes: Record<string, unknown> = {}) => host.call('POST', '/v1/sources', { body: sourceBody(basics, changes) });
const change = (made: Answer, body: object) => host.call('PATCH', `/v1/sources/${made.body.id}`, { body });
const faultsOf = (answer: Answer) =>
  answer.body.errors.map(({ field, reason, remedy }: { field: string; reason: string; remedy: string }) => ({ field, reason, remedy }));

describe('a new source', () => {
  test.each([
    [{ kind: 'everything' }, { kind: 'everything' }, 'everybody'],
    [{ kind: 'domain', domain: 'Contoso.Example' }, { kind: 'domain', domain: 'contoso.example' }, 'the domain contoso.example'],
    [{ kind: 'group', group: 'All@Contoso.example' }, { kind: 'group', group: 'all@contoso.example' }, 'the group all@contoso.example'],
    [
      { kind: 'user', user: 'Jane_x#EXT#@contoso.example' },
      { kind: 'user', user: 'jane_x#ext#@contoso.example' },
      'jane_x#ext#@contoso.example',
    ],
  ])('has scope %o in small letters, with a description that says it', async (scope, kept, words) => {
    const made = await make({ scope });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ scope: kept, narrowing: noNarrowing, scopeRevision: 1, scopeReport: null });
    expect(made.body.description).toBe(`Exchange of ${words}, through Contoso crawler, in Germany, once`);
    expect((await host.store.sources.get(made.body.id as string))?.scope).toEqual(kept);
  });

  test('has what is given of narrowing and policy, and defaults for the rest', async () => {
    const made = await make({
      narrowing: { exclude: { addresses: ['A@contoso.example', 'a@contoso.example'] } },
      policy: { receivedSince: '2024-01-01T00:00:00Z', attachments: { types: { exclude: ['video/*'] } }, retireAfterDays: 90 },
    });
    expect(made.status).toBe(201);
    expect(made.body.narrowing).toEqual({
      include: { addresses: [], groups: [] },
      exclude: { addresses: ['a@contoso.example'], groups: [] },
    });
    expect(made.body.policy).toEqual({
      ...defaultPolicy,
      attachments: { ...defaultPolicy.attachments, types: { include: [], exclude: ['video/*'] } },
      receivedSince: '2024-01-01T00:00:00.000Z',
      retireAfterDays: 90,
    });
    expect(made.body.description).toContain('everybody, narrowed by lists');
    expect((await host.store.sources.get(made.body.id as string))?.policy.receivedSince).toEqual(new Date('2024-01-01T00:00:00Z'));
  });

  test.each([
    ['a domain without a dot', { scope: { kind: 'domain', domain: 'contoso' } }, '/scope/domain', /pattern/],
    ['an address as a domain', { scope: { kind: 'domain', domain: 'a@contoso.example' } }, '/scope/domain', /pattern/],
    ['a name as a group', { scope: { kind: 'group', group: 'All Staff' } }, '/scope/group', /pattern/],
    ['a user without a domain', { scope: { kind: 'user', user: 'jane@' } }, '/scope/user', /pattern/],
    ['a group that is missing', { scope: { kind: 'group' } }, '/scope/group', /is missing/],
    ['a user beside a group', { scope: { kind: 'group', group: 'a@b.example', user: 'c@d.example' } }, '/scope/user', /does not go with/],
    ['a domain with everything', { scope: { kind: 'everything', domain: 'a.example' } }, '/scope/domain', /does not go with/],
    ['a kind that does not exist', { scope: { kind: 'site' } }, '/scope/kind', /not one of/],
    [
      'a name among excluded addresses',
      { narrowing: { exclude: { addresses: ['x@a.example', 'Jane'] } } },
      '/narrowing/exclude/addresses/1',
      /pattern/,
    ],
    ['a policy that does not exist', { policy: { colour: true } }, '/policy/colour', /not known/],
    [
      'a well-known folder that is none',
      { policy: { folders: { exclude: ['Inbox', 'wellKnown:trash'] } } },
      '/policy/folders/exclude/1',
      /names no folder/,
    ],
    ['a retention below nothing', { policy: { retireAfterDays: -1 } }, '/policy/retireAfterDays', />= 0/],
    ['a date that is none', { policy: { receivedSince: 'yesterday' } }, '/policy/receivedSince', /format|date-time/],
    ['attachments over 150 MB', { policy: { attachments: { maxBytes: 200_000_000 } } }, '/policy/attachments/maxBytes', /<= 157286400/],
  ])('with %s is refused, naming field, reason and remedy', async (_name, changes, field, reason) => {
    const answer = await make(changes);
    expect(answer.status).toBe(422);
    const fault = faultsOf(answer).find((each: { field: string }) => each.field === field);
    expect(fault?.reason).toMatch(reason);
    expect(fault?.remedy).toMatch(/\w/);
  });
});

describe('a change', () => {
  test('of scope, narrowing or policy raises the revision by one, and keeps what is not given', async () => {
    const made = await make({ scope: { kind: 'group', group: 'a@b.example' }, policy: { retireAfterDays: 7 } });
    const first = await change(made, { narrowing: { include: { addresses: ['x@b.example'] } } });
    expect(first.body).toMatchObject({ scopeRevision: 2, scope: { kind: 'group', group: 'a@b.example' } });
    const second = await change(made, { policy: { originalMime: true }, narrowing: { exclude: { groups: ['g@b.example'] } } });
    expect(second.body).toMatchObject({
      scopeRevision: 3,
      policy: { originalMime: true, retireAfterDays: 7 },
      narrowing: { include: { addresses: ['x@b.example'], groups: [] }, exclude: { addresses: [], groups: ['g@b.example'] } },
    });
    const third = await change(made, { scope: { kind: 'user', user: 'u@b.example' } });
    expect(third.body).toMatchObject({ scopeRevision: 4, scope: { kind: 'user', user: 'u@b.example' } });
    expect(third.body.description).toBe('Exchange of u@b.example, narrowed by lists, through Contoso crawler, in Germany, once');
    expect((await host.call('GET', `/v1/sources/${made.body.id}`)).body).toEqual(third.body);
  });

  test('that changes nothing of them leaves the revision as it is, and a description that a person gave stays', async () => {
    const made = await make({ description: 'Mine' });
    const same = await change(made, { priority: 'low', scope: { kind: 'everything' }, policy: { retireAfterDays: 30 }, narrowing: {} });
    expect(same.body).toMatchObject({ scopeRevision: 1, priority: 'low', description: 'Mine' });
    expect((await change(made, { scope: { kind: 'domain', domain: 'b.example' } })).body).toMatchObject({
      scopeRevision: 2,
      description: 'Mine',
    });
  });

  test('to a scope that cannot be is refused, and nothing is changed', async () => {
    const made = await make();
    const answer = await change(made, { priority: 'high', scope: { kind: 'domain' } });
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)[0].field).toBe('/scope/domain');
    expect((await host.call('GET', `/v1/sources/${made.body.id}`)).body).toEqual(made.body);
  });

  test('by several at once loses none of them', async () => {
    const made = await make();
    const lists = Array.from({ length: 5 }, (_, index) => ({ policy: { retireAfterDays: 100 + index } }));
    const others = [
      { policy: { archive: true } },
      { policy: { originalMime: true } },
      { narrowing: { include: { addresses: ['x@b.example'] } } },
    ];
    const answers = await Promise.all([...lists, ...others].map(async (body) => change(made, body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { body } = await host.call('GET', `/v1/sources/${made.body.id}`);
    expect(body).toMatchObject({
      scopeRevision: 9,
      policy: { archive: true, originalMime: true },
      narrowing: { include: { addresses: ['x@b.example'] } },
    });
  });
});

describe('what a scope resolved to', () => {
  const report: ScopeReport = {
    at: new Date('2026-03-01T08:00:00Z'),
    group: { kind: 'distribution', dynamic: false, hidden: false, nestedGroups: 2 },
    mailboxes: 3,
    joined: 3,
    retired: 0,
    held: 0,
    unreadable: 0,
    withoutMailbox: { orgContact: 1 },
    withoutMailboxNames: [{ kind: 'orgContact', id: 'c', name: 'Pia', address: 'pia@b.example' }],
    problem: { code: 'TrawlMailboxesVanished', words: 'Words.' },
  };
  const told = { ...report, at: '2026-03-01T08:00:00.000Z' };

  test('is told with the source and with the cycle to operators, and to no reader', async () => {
    const made = await make();
    const sourceId = made.body.id as string;
    const crawlId = ulid();
    await host.store.sources.beginCrawl({ sourceId, before: null, crawlId, at: new Date() });
    await host.store.crawls.create(newCrawl({ _id: sourceId, datasetId: basics.datasetId, mode: 'once' }, { crawlId, now: new Date() }));
    await host.store.crawls.openCycle({ crawlId, number: 1, at: new Date() });
    await host.store.scopes.report({ sourceId, crawlId, cycle: 1, report });
    const { operator, reader } = host.keys;
    expect((await host.call('GET', `/v1/sources/${sourceId}`, { key: operator })).body.scopeReport).toEqual(told);
    expect((await host.call('GET', `/v1/crawls/${crawlId}`, { key: operator })).body.cycles[0].scope).toEqual(told);
    for (const url of [`/v1/sources/${sourceId}`, `/v1/crawls/${crawlId}`])
      expect((await host.call('GET', url, { key: reader })).status).toBe(403);
  });
});

test('there is nothing to confirm while no mailboxes are held', async () => {
  const made = await make();
  const answer = await host.call('POST', `/v1/sources/${made.body.id}/confirm-retirement`);
  expect(answer.body).toMatchObject({ status: 409, type: 'urn:trawl:problem:nothing-to-confirm' });
  expect((await host.call('POST', '/v1/sources/none/confirm-retirement')).status).toBe(404);
});
