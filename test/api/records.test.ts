import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialBody, customOrigin, groups, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
beforeAll(async () => {
  host = await startApiHost();
});
afterAll(async () => host.close());

describe('datasets', () => {
  test('a dataset without a group is made with a warning, which goes when it gets one', async () => {
    const made = await host.call('POST', '/v1/datasets', { body: { name: 'Alone' } });
    expect(made.status).toBe(201);
    expect(made.headers['location']).toBe(`/v1/datasets/${made.body.id}`);
    expect(made.body.warnings[0]).toMatch(/nobody sees its documents/);
    const changed = await host.call('PATCH', `/v1/datasets/${made.body.id}`, { body: { groups: [{ id: groups.inside }] } });
    expect(changed.body).toMatchObject({ name: 'Alone', groups: [{ id: groups.inside }], warnings: [] });
    const read = await host.call('GET', `/v1/datasets/${made.body.id}`);
    expect(read.body).toEqual(changed.body);
  });

  test('groups keep the names that people gave them, and are told by their ids in any case of letters', async () => {
    const named = { id: groups.inside.toUpperCase(), displayName: 'Legal team' };
    const made = await host.call('POST', '/v1/datasets', { body: { name: 'Named groups', groups: [named, { id: groups.other }] } });
    const kept = [{ id: groups.inside, displayName: 'Legal team' }, { id: groups.other }];
    expect(made.body).toMatchObject({ groups: kept, warnings: [] });
    expect((await host.call('GET', `/v1/datasets/${made.body.id}`, { key: host.keys.reader })).body.groups).toEqual(kept);
    const again = await host.call('PATCH', `/v1/datasets/${made.body.id}`, { body: { groups: kept } });
    expect(again.body.groups).toEqual(kept);
    const key = await host.call('POST', '/v1/api-keys', { body: { name: 'x', role: 'reader', groupIds: [groups.other.toUpperCase()] } });
    expect((await host.call('GET', `/v1/datasets/${made.body.id}`, { key: key.body.key })).status).toBe(200);
  });

  test.each([
    ['a name instead of an object id', { groups: [{ id: 'trawl-sample-group' }] }, '/groups/0/id'],
    ['an object id with something after it', { groups: [{ id: `${groups.inside}0` }] }, '/groups/0/id'],
    ['a group without an id', { groups: [{ displayName: 'Legal team' }] }, '/groups/0/id'],
    ['an empty name', { groups: [{ id: groups.inside, displayName: ' ' }] }, '/groups/0/displayName'],
    ['a name that is too long', { groups: [{ id: groups.inside, displayName: 'x'.repeat(257) }] }, '/groups/0/displayName'],
    ['a group named twice', { groups: [{ id: groups.inside }, { id: groups.inside.toUpperCase(), displayName: 'x' }] }, '/groups/1/id'],
    ['ids alone, as before', { groupIds: [groups.inside] }, '/groupIds'],
  ])('%s is refused, naming the field', async (_name, fields, field) => {
    const made = await host.call('POST', '/v1/datasets', { body: { name: 'Refused', ...fields } });
    expect(made.body).toMatchObject({ status: 422, errors: [expect.objectContaining({ field })] });
    const { credentialId, datasetId } = await makeBasics(host);
    expect((await host.call('PATCH', `/v1/datasets/${datasetId}`, { body: fields })).body.errors[0].field).toBe(field);
    const body = { credentialId, scope: { kind: 'everything' }, country: 'FR', dataset: { name: 'Refused', ...fields } };
    expect((await host.call('POST', '/v1/sources', { body })).body.errors[0].field).toBe(`/dataset${field}`);
  });

  test('a name is taken once, also by renaming', async () => {
    await host.call('POST', '/v1/datasets', { body: { name: 'Taken' } });
    const other = await host.call('POST', '/v1/datasets', { body: { name: 'Free' } });
    const again = await host.call('POST', '/v1/datasets', { body: { name: 'Taken' } });
    const renamed = await host.call('PATCH', `/v1/datasets/${other.body.id}`, { body: { name: 'Taken' } });
    for (const answer of [again, renamed]) expect(answer.body).toMatchObject({ status: 409, type: 'urn:trawl:problem:name-taken' });
  });

  test('lists are paged by key to their end, without doubles', async () => {
    for (let n = 0; n < 5; n += 1) await host.call('POST', '/v1/datasets', { body: { name: `Page ${n}` } });
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: { body: { items: { id: string }[]; next: string | null } } = await host.call(
        'GET',
        `/v1/datasets?limit=2${after === null ? '' : `&after=${after}`}`,
      );
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.items.map(({ id }) => id));
      after = page.body.next;
    } while (after !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(await host.store.db.collection('datasets').countDocuments());
  });

  test('a reader knows only of datasets that it may see', async () => {
    const seen = await host.call('POST', '/v1/datasets', { body: { name: 'For readers', groups: [{ id: groups.inside }] } });
    const hidden = await host.call('POST', '/v1/datasets', { body: { name: 'For others', groups: [{ id: groups.other }] } });
    const list = await host.call('GET', '/v1/datasets?limit=200', { key: host.keys.reader });
    const ids = list.body.items.map((item: { id: string }) => item.id);
    expect(ids).toContain(seen.body.id);
    expect(ids).not.toContain(hidden.body.id);
    expect((await host.call('GET', `/v1/datasets/${hidden.body.id}`, { key: host.keys.reader })).status).toBe(404);
  });
});

describe('credentials', () => {
  test('a secret goes in and never comes out, and is sealed in MongoDB', async () => {
    const canary = 'canary-secret-6a1f';
    const made = await host.call('POST', '/v1/credentials', { body: credentialBody(canary) });
    expect(made.status).toBe(201);
    const list = await host.call('GET', '/v1/credentials?limit=200');
    const one = await host.call('GET', `/v1/credentials/${made.body.id}`);
    for (const answer of [made, list, one]) {
      expect(answer.text).not.toContain(canary);
      expect(answer.text).not.toMatch(/sealedSecret/);
    }
    const stored = await host.store.db.collection('credentials').findOne({ _id: made.body.id });
    expect(JSON.stringify(stored)).not.toContain(canary);
    const credential = await host.store.credentials.get(made.body.id as string);
    expect(await host.store.credentials.unseal(credential!)).toBe(canary);
  });

  test('a new secret raises the revision and is what the crawler gets', async () => {
    const made = await host.call('POST', '/v1/credentials', { body: credentialBody() });
    const changed = await host.call('PUT', `/v1/credentials/${made.body.id}/secret`, { body: { secret: 'the-new-one' } });
    expect(changed.body.revision).toBe(made.body.revision + 1);
    const credential = await host.store.credentials.get(made.body.id as string);
    expect(await host.store.credentials.unseal(credential!)).toBe('the-new-one');
  });

  test('a secret that looks like a Secret ID is taken with a warning', async () => {
    const made = await host.call('POST', '/v1/credentials', { body: credentialBody('0b0e6a52-58f8-4f0e-8d1e-5b8dd4a4a3f0') });
    expect(made.status).toBe(201);
    expect(made.body.warnings[0]).toMatch(/Secret ID/);
    expect(made.text).not.toContain('0b0e6a52');
  });

  test.each([
    ['an address that is not allowed', { endpoints: { authority: customOrigin, graph: 'https://evil.example' } }, '/endpoints/graph'],
    ['plain http', { endpoints: { authority: 'http://graph.test.example', graph: customOrigin } }, '/endpoints/authority'],
    [
      'an address that only begins like an allowed one',
      { endpoints: { authority: `${customOrigin}.evil.example`, graph: customOrigin } },
      '/endpoints/authority',
    ],
    [
      'user info before the host',
      { endpoints: { authority: 'https://graph.test.example@evil.example', graph: customOrigin } },
      '/endpoints/authority',
    ],
    ['cloud custom without endpoints', { endpoints: undefined }, '/endpoints'],
    ['endpoints for a Microsoft cloud', { cloud: 'global' }, '/endpoints'],
  ])('%s is refused, naming the field', async (_name, change, field) => {
    const answer = await host.call('POST', '/v1/credentials', { body: { ...credentialBody(), ...change } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  test('name, tenant and endpoints can be changed', async () => {
    const made = await host.call('POST', '/v1/credentials', { body: credentialBody() });
    const changed = await host.call('PATCH', `/v1/credentials/${made.body.id}`, { body: { name: 'Renamed', tenantId: 'contoso.example' } });
    expect(changed.body).toMatchObject({ name: 'Renamed', tenantId: 'contoso.example', warnings: [] });
    const refused = await host.call('PATCH', `/v1/credentials/${made.body.id}`, {
      body: { endpoints: { authority: 'https://evil.example', graph: customOrigin } },
    });
    expect(refused.status).toBe(422);
    expect((await host.call('PATCH', '/v1/credentials/none', { body: { name: 'x' } })).status).toBe(404);
  });
});

describe('sources', () => {
  test('a source is made ready with defaults and a description that says what it does', async () => {
    const basics = await makeBasics(host);
    const made = await host.call('POST', '/v1/sources', { body: sourceBody(basics) });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: 'ready',
      priority: 'normal',
      mode: 'once',
      intervalMs: 3_600_000,
      crawlId: null,
      countryName: 'Germany',
      warnings: [],
    });
    expect(made.body.description).toBe('Exchange of everybody, through Contoso crawler, in Germany, once');
    expect((await host.call('GET', `/v1/sources/${made.body.id}`)).body).toEqual(made.body);
  });

  test('a dataset can be named in the same request; an existing one of that name is used', async () => {
    const { credentialId } = await makeBasics(host);
    const body = { credentialId, scope: { kind: 'everything' }, country: 'FR', dataset: { name: 'Named here' } };
    const first = await host.call('POST', '/v1/sources', { body });
    const second = await host.call('POST', '/v1/sources', { body });
    expect(first.status).toBe(201);
    expect(first.body.warnings[0]).toMatch(/nobody sees its documents/);
    expect(second.body.datasetId).toBe(first.body.datasetId);
    const byOperator = await host.call('POST', '/v1/sources', {
      body: { ...body, dataset: { name: 'Not there yet' } },
      key: host.keys.operator,
    });
    expect(byOperator.status).toBe(403);
  });

  test.each([
    ['another service', { service: 'sharePoint' }, '/service', /not yet/],
    ['a country that does not exist', { country: 'XX' }, '/country', /ISO 3166-1/],
    ['a country in small letters', { country: 'de' }, '/country', /pattern/],
    ['an interval under a minute', { intervalMs: 59_999 }, '/intervalMs', />= 60000/],
    ['a credential that does not exist', { credentialId: 'none' }, '/credentialId', /names no credential/],
    ['a dataset that does not exist', { datasetId: 'none' }, '/datasetId', /names no dataset/],
    ['both datasetId and dataset', { dataset: { name: 'x' } }, '/datasetId', /both given/],
    ['no dataset at all', { datasetId: undefined }, '/datasetId', /missing/],
    ['an empty description', { description: '   ' }, '/description', /pattern/],
    ['an unknown field', { colour: 'red' }, '/colour', /not known/],
    ['a priority as a number', { priority: 1 }, '/priority', /type string/],
  ])('%s is refused, naming the field and a remedy', async (_name, change, field, reason) => {
    const basics = await makeBasics(host);
    const answer = await host.call('POST', '/v1/sources', { body: sourceBody(basics, change) });
    expect(answer.status).toBe(422);
    const fault = answer.body.errors.find((error: { field: string }) => error.field === field);
    expect(fault.reason).toMatch(reason);
    expect(fault.remedy).not.toBe('');
  });

  test('every fault is told at once', async () => {
    const answer = await host.call('POST', '/v1/sources', { body: { country: 5, mode: 'twice', intervalMs: 1, extra: true } });
    const fields = answer.body.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(expect.arrayContaining(['/credentialId', '/scope', '/country', '/mode', '/intervalMs', '/extra']));
  });

  test('a source can be changed, and lists filter by dataset and state', async () => {
    const basics = await makeBasics(host);
    const made = await host.call('POST', '/v1/sources', { body: sourceBody(basics) });
    const changed = await host.call('PATCH', `/v1/sources/${made.body.id}`, {
      body: { description: 'Mine', priority: 'high', mode: 'continuous', intervalMs: 60_000, country: 'CH' },
    });
    expect(changed.body).toMatchObject({ description: 'Mine', priority: 'high', mode: 'continuous', intervalMs: 60_000, country: 'CH' });
    expect((await host.call('PATCH', `/v1/sources/${made.body.id}`, { body: { country: 'ZZ' } })).status).toBe(422);
    expect((await host.call('PATCH', `/v1/sources/${made.body.id}`, { body: {} })).status).toBe(422);
    const listed = await host.call('GET', `/v1/sources?datasetId=${basics.datasetId}&state=ready`);
    expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([made.body.id]);
    expect((await host.call('GET', `/v1/sources?datasetId=${basics.datasetId}&state=running`)).body.items).toEqual([]);
  });
});

describe('API keys', () => {
  test('a key is shown once, works at once, and stops working when it is removed', async () => {
    const made = await host.call('POST', '/v1/api-keys', { body: { name: 'Team', role: 'operator' } });
    expect(made.status).toBe(201);
    const key = made.body.key as string;
    expect(key).toMatch(/^trawl_[0-9A-Z]{26}_/);
    expect((await host.call('GET', '/v1/sources', { key })).status).toBe(200);
    const list = await host.call('GET', '/v1/api-keys?limit=200');
    expect(list.text).not.toContain(key.split('_').slice(2).join('_'));
    expect(list.text).not.toMatch(/sha256/);
    expect((await host.call('GET', `/v1/api-keys/${made.body.id}`)).body.lastUsedAt).not.toBeNull();
    expect((await host.call('DELETE', `/v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await host.call('GET', '/v1/sources', { key })).status).toBe(401);
  });

  test('the last admin key cannot be removed', async () => {
    const keys = await host.call('GET', '/v1/api-keys?limit=200');
    const [admin] = keys.body.items.filter((item: { role: string }) => item.role === 'admin');
    expect((await host.call('DELETE', `/v1/api-keys/${admin.id}`)).body).toMatchObject({
      status: 409,
      type: 'urn:trawl:problem:last-admin-key',
    });
  });

  test('an expiry in the past is refused', async () => {
    const answer = await host.call('POST', '/v1/api-keys', { body: { name: 'Late', role: 'reader', expiresAt: '2020-01-01T00:00:00Z' } });
    expect(answer.body.errors[0]).toMatchObject({ field: '/expiresAt' });
  });
});
