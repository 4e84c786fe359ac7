import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionTestReport } from '../../contract/connection-test.ts';
import { makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

const verdict = { capability: 'groups', state: 'refused', code: 'TrawlGroupsDenied', granted: null, policy: null, tried: null } as const;
const failing: Partial<ConnectionTestReport> = {
  outcome: 'fails',
  findings: [
    { level: 'failure', code: 'TrawlGroupsDenied', detail: 'The application may list users, but not groups.', verdict },
    { level: 'warning', code: 'TrawlScopeEmpty', detail: null, verdict: null },
  ],
  mailboxes: null,
};

const hosts: ApiHost[] = [];
interface Room {
  host: ApiHost;
  basics: { credentialId: string; datasetId: string };
}
async function openRoom(options: Parameters<typeof startApiHost>[0]): Promise<Room> {
  const host = await startApiHost(options);
  hosts.push(host);
  return { host, basics: await makeBasics(host) };
}

let passes: Room;
let fails: Room;
let untested: Room;
beforeAll(async () => {
  passes = await openRoom({});
  fails = await openRoom({ connectionTest: failing });
  // No worker is there, and what is started waits in Temporal.
  untested = await openRoom({ connectionTest: null, testTimeoutMs: 1_000 });
});
afterAll(async () => void (await Promise.all(hosts.map((host) => host.close()))));

const make = ({ host, basics }: Room, changes: Record<string, unknown> = {}) =>
  host.call('POST', '/v1/sources', { body: sourceBody(basics, changes) });
const countOf = ({ host }: Room, collection: string) => host.store.db.collection(collection).countDocuments();

describe('a new source', () => {
  test('whose connection passes the test keeps the report', async () => {
    const made = await make(passes);
    expect(made.status).toBe(201);
    expect(made.body.lastTest).toMatchObject({ outcome: 'passes', outdated: false, mailboxes: { count: 3, complete: true } });
    expect((await passes.host.call('GET', `/v1/sources/${made.body.id}`)).body.lastTest).toEqual(made.body.lastTest);
    expect(await countOf(passes, 'connectionTests')).toBe(0);
    await passes.host.call('PATCH', `/v1/sources/${made.body.id}`, { body: { scope: { kind: 'domain', domain: 'contoso.example' } } });
    expect((await passes.host.call('GET', `/v1/sources/${made.body.id}`)).body.lastTest).toMatchObject({ outdated: true });
  });

  test('whose connection fails it is refused with the whole report, and nothing is made', async () => {
    const { datasetId: _, ...named } = sourceBody(fails.basics, { dataset: { name: 'Not made' } });
    const before = await countOf(fails, 'datasets');
    const answer = await fails.host.call('POST', '/v1/sources', { body: named });
    expect(answer.body).toMatchObject({ status: 422, type: 'urn:trawl:problem:connection-test-failed' });
    expect(answer.body.detail).toMatch(/may list users, but not groups\. Grant .*GroupMember\.Read\.All.*ignoreWarning/s);
    expect(answer.body.report.outcome).toBe('fails');
    expect(answer.body.report.findings).toMatchObject([
      {
        ...{ level: 'failure', code: 'TrawlGroupsDenied', capability: 'groups', mend: { permission: 'GroupMember.Read.All' } },
        docs: 'docs/azure-setup.md#groupmember.read.all',
      },
      { level: 'warning', code: 'TrawlScopeEmpty', mend: null, docs: 'docs/errors.md#trawls-own-codes' },
    ]);
    expect([await countOf(fails, 'sources'), await countOf(fails, 'datasets')]).toEqual([0, before]);
  });

  test('is made all the same with ignoreWarning, and keeps what the test said', async () => {
    const made = await make(fails, { ignoreWarning: true });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'ready', lastTest: { outcome: 'fails' } });
    expect(made.body.lastTest.findings[0].code).toBe('TrawlGroupsDenied');
  });

  test('is refused in words while no worker can test it, and made untested with ignoreWarning', async () => {
    const refused = await make(untested);
    expect(refused.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:worker-silent' });
    expect(refused.body.detail).toMatch(/not made: No worker.*"ignoreWarning": true/s);
    expect([await countOf(untested, 'sources'), await countOf(untested, 'connectionTests')]).toEqual([0, 0]);
    const made = await make(untested, { ignoreWarning: true });
    expect(made.body.lastTest).toMatchObject({ outcome: 'unreachable', findings: [{ level: 'failure', code: 'TrawlNotTested' }] });
  });

  test.each(['oneDrive', 'sharePoint', 'exchangeOnPremises'])('of service %s is answered with a clear not yet', async (service) => {
    const answer = await make(passes, { service });
    expect(answer.body).toMatchObject({ status: 422, type: 'urn:trawl:problem:service-not-yet', errors: [{ field: '/service' }] });
    expect(answer.body.detail).toMatch(/cannot be crawled yet/);
  });

  test('starts at once or at a time, and not at both', async () => {
    const answer = await make(passes, { startImmediately: true, startAt: '2027-01-01T00:00:00Z' });
    expect(answer.body).toMatchObject({ status: 422, errors: [{ field: '/startAt' }] });
    const later = await make(passes, { startAt: '2027-01-01T00:00:00Z' });
    expect(later.body).toMatchObject({ state: 'ready', startAt: '2027-01-01T00:00:00.000Z', crawlId: null });
    const never = await passes.host.call('PATCH', `/v1/sources/${later.body.id}`, { body: { startAt: null } });
    expect(never.body.startAt).toBeNull();
  });
});

describe('a test and a preview', () => {
  test('of a draft need its credential and scope alone, and leave nothing behind', async () => {
    const { host, basics } = fails;
    const draft = { credentialId: basics.credentialId, scope: { kind: 'group', group: 'all@contoso.example' } };
    const before = await countOf(fails, 'sources');
    const tested = await host.call('POST', '/v1/sources/test', { body: draft });
    expect(tested).toMatchObject({ status: 200, body: { outcome: 'fails' } });
    expect([await countOf(fails, 'sources'), await countOf(fails, 'connectionTests')]).toEqual([before, 0]);
    const whole = sourceBody(basics, { priority: 'high', startImmediately: true });
    expect((await host.call('POST', '/v1/sources/test', { body: whole })).status).toBe(200);
  });

  test('of what is not valid is refused before anything is asked', async () => {
    const { host, basics } = fails;
    const bad = { credentialId: basics.credentialId, scope: { kind: 'domain' } };
    for (const path of ['test', 'preview']) {
      expect((await host.call('POST', `/v1/sources/${path}`, { body: bad })).body.errors[0].field).toBe('/scope/domain');
      expect((await host.call('POST', `/v1/sources/none/${path}`)).status).toBe(404);
      const unknown = await host.call('POST', `/v1/sources/${path}`, {
        body: { ...bad, credentialId: 'none', scope: { kind: 'everything' } },
      });
      expect(unknown.body.errors[0].field).toBe('/credentialId');
    }
  });

  test('of a preview are paged by key for as long as it is kept', async () => {
    const { host, basics } = passes;
    const preview = await host.call('POST', '/v1/sources/preview', { body: sourceBody(basics) });
    expect(preview.body).toMatchObject({ estimate: null, mailboxes: { items: [], next: null }, test: { outcome: 'passes' } });
    const untried = { displayName: null, class: 'user', state: 'notTried', code: null } as const;
    const mailboxes = ['c', 'a', 'b'].map((mailboxId) => ({
      mailboxId,
      address: `${mailboxId}@contoso.example`,
      ...untried,
      refused: [],
      folders: null,
      emptyFolders: null,
      items: null,
    }));
    await host.store.connectionTests.keepMailboxes({ id: preview.body.id, mailboxes });
    const pages = `/v1/previews/${preview.body.id}/mailboxes`;
    const first = await host.call('GET', `${pages}?limit=2`);
    expect(first.body).toMatchObject({ items: [{ mailboxId: 'a' }, { mailboxId: 'b' }], next: 'b' });
    expect((await host.call('GET', `${pages}?limit=2&after=b`)).body).toMatchObject({ items: [{ mailboxId: 'c' }], next: null });
    expect((await host.call('GET', '/v1/previews/none/mailboxes')).status).toBe(404);
    expect((await host.call('GET', pages, { key: host.keys.reader })).status).toBe(403);
  });
});

test('a list is narrowed by service, country, mode, priority and text, which is no expression', async () => {
  const { host } = passes;
  const made = await make(passes, { country: 'FR', mode: 'continuous', priority: 'low', description: 'Legal (hold) 50%' });
  await make(passes, { country: 'FR', description: 'Legal other' });
  const idsOf = async (query: string) =>
    (await host.call('GET', `/v1/sources?${query}`)).body.items.map(({ id }: { id: string }) => id) as string[];
  for (const query of [
    'country=FR&mode=continuous',
    'priority=low&service=exchange',
    'text=LEGAL%20(hold)',
    `credentialId=${passes.basics.credentialId}&text=50%25`,
  ])
    expect(await idsOf(query)).toEqual([made.body.id]);
  expect(await idsOf('text=.*')).toEqual([]);
  expect(await idsOf('country=FR')).toHaveLength(2);
  const scoped = await make(passes, { scope: { kind: 'group', group: 'all-staff@contoso.example' }, description: 'Mine' });
  expect(await idsOf('text=all-staff')).toEqual([scoped.body.id]);
});

describe('a source that is being deleted', () => {
  test('says so, takes no other command, and is asked for again without harm', async () => {
    const { host } = untested;
    const { body: source } = await make(untested, { ignoreWarning: true });
    const url = `/v1/sources/${source.id}`;
    expect((await host.call('DELETE', url)).status).toBe(422);
    expect((await host.call('DELETE', `${url}?documents=remove`, { key: host.keys.operator })).status).toBe(403);
    const answer = await host.call('DELETE', `${url}?documents=remove`);
    expect(answer).toMatchObject({ status: 202, body: { state: 'deleting', deletion: { documents: 'remove' } } });
    expect((await host.call('GET', url)).body.state).toBe('deleting');
    expect((await host.call('DELETE', `${url}?documents=remove`)).status).toBe(202);
    const refused = [
      await host.call('DELETE', `${url}?documents=keep`),
      await host.call('POST', `${url}/start`),
      await host.call('POST', `${url}/stop`),
      await host.call('PATCH', url, { body: { priority: 'low' } }),
    ];
    expect(refused.map(({ body }) => [body.status, body.type])).toEqual(refused.map(() => [409, 'urn:trawl:problem:source-deleting']));
    const { body: audit } = await host.call('GET', `/v1/audit?subjectId=${source.id}&limit=50`);
    expect(
      audit.items.filter(({ method, status }: { method: string; status: number }) => method === 'DELETE' && status === 202),
    ).toHaveLength(2);
    expect((await host.call('DELETE', '/v1/sources/none?documents=keep')).status).toBe(404);
  });
});
