import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { customOrigin, groups, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';
import { storedDocument } from './stored-document.ts';

let host: ApiHost;
const datasets = { inside: '', other: '', alone: '' };
const sourceId = ulid();

beforeAll(async () => {
  host = await startApiHost();
  const make = async (name: string, groupIds: string[]): Promise<string> =>
    (await host.call('POST', '/v1/datasets', { body: { name, groups: groupIds.map((id) => ({ id })) } })).body.id as string;
  datasets.inside = await make('Inside', [groups.inside]);
  datasets.other = await make('Other', [groups.other]);
  datasets.alone = await make('Alone', []);
  await Promise.all([
    keep('m1', {
      subject: 'Quarterly figures',
      text: 'The zebra project',
      receivedAt: new Date('2026-01-05T00:00:00Z'),
      hasAttachments: true,
    }),
    keep('m2', { subject: 'Lunch', text: 'Soup', receivedAt: new Date('2026-02-05T00:00:00Z'), folderPath: '/Archive', country: 'FR' }),
    keep('e1', { kind: 'event', subject: 'Standup', startAt: new Date('2026-01-06T00:00:00Z'), folderPath: 'Calendar' }),
    keep('gone', { subject: 'Gone', removal: { reason: 'movedOut', at: new Date('2026-03-01T00:00:00Z') } }),
    keep('o1', { datasetId: datasets.other, subject: 'Of others' }),
    keep('a1', { datasetId: datasets.alone, subject: 'Of nobody' }),
    keep('m1:att', { kind: 'attachment', parentId: idOf('m1'), attachment: attachmentOf('figures.xlsx') }),
    keep('m1:old', {
      kind: 'attachment',
      parentId: idOf('m1'),
      attachment: attachmentOf('old.xlsx'),
      removal: { reason: 'deleted', at: new Date() },
    }),
  ]);
  while ((await host.store.search.indexBatch(100)) > 0);
});
afterAll(async () => host.close());

const idOf = (graphId: string) => `${sourceId}:mailbox-1:${graphId}`;
const pathOf = (graphId: string) => `/v1/documents/${encodeURIComponent(idOf(graphId))}`;

function attachmentOf(name: string): NonNullable<StoredDocument['attachment']> {
  return {
    name,
    contentType: 'application/x',
    attachmentType: 'file',
    inline: false,
    contentId: null,
    graphBytes: 9,
    bytes: 7,
    sha256: 'ab',
  };
}

async function keep(graphId: string, changes: Partial<StoredDocument>): Promise<void> {
  const document = storedDocument({ sourceId, datasetId: datasets.inside, graphId }, changes);
  await host.store.db.collection<StoredDocument>('documents').insertOne(document);
}

async function find(query: string, key = host.keys.reader): Promise<string[]> {
  const answer = await host.call('GET', `/v1/documents${query}`, { key });
  expect(answer.status).toBe(200);
  return answer.body.items.map((item: { id: string }) => item.id.split(':').slice(2).join(':')).toSorted();
}

describe('who sees documents', () => {
  test('a reader sees live documents of datasets that name its group, and no others', async () => {
    expect(await find('')).toEqual(['e1', 'm1', 'm1:att', 'm2']);
    expect(await find('', host.keys.admin)).toEqual(['e1', 'm1', 'm1:att', 'm2']);
    expect(await find('', host.keys.outsider)).toEqual([]);
  });

  test('naming a dataset or a source does not open it', async () => {
    expect(await find(`?datasetId=${datasets.other}`)).toEqual([]);
    expect(await find(`?datasetId=${datasets.alone}`, host.keys.admin)).toEqual([]);
    expect(await find(`?sourceId=${sourceId}&datasetId=${datasets.inside}`)).toEqual(['e1', 'm1', 'm1:att', 'm2']);
    expect(await find('?q=others')).toEqual([]);
  });

  test('one document answers the same whether it is hidden or not there', async () => {
    const hidden = await host.call('GET', pathOf('o1'), { key: host.keys.admin });
    const missing = await host.call('GET', pathOf('nothing'), { key: host.keys.admin });
    for (const answer of [hidden, missing]) expect(answer.status).toBe(404);
    expect(hidden.body.detail).toBe(missing.body.detail);
    expect((await host.call('GET', pathOf('a1'), { key: host.keys.admin })).status).toBe(404);
  });

  test('an operator sees no documents at all', async () => {
    expect((await host.call('GET', '/v1/documents', { key: host.keys.operator })).status).toBe(403);
    expect((await host.call('GET', pathOf('m1'), { key: host.keys.operator })).status).toBe(403);
  });

  test('taking the group away from the dataset hides its documents at once', async () => {
    await host.call('PATCH', `/v1/datasets/${datasets.inside}`, { body: { groups: [] } });
    expect(await find('')).toEqual([]);
    expect((await host.call('GET', pathOf('m1'))).status).toBe(404);
    await host.call('PATCH', `/v1/datasets/${datasets.inside}`, { body: { groups: [{ id: groups.inside }] } });
    expect(await find('')).toHaveLength(4);
  });
});

describe('finding', () => {
  test.each([
    ['?q=zebra', ['m1']],
    ['?q=figures', ['m1', 'm1:att']],
    ['?kind=event', ['e1']],
    ['?country=FR', ['m2']],
    [`?folderPath=${encodeURIComponent('/Archive')}`, ['m2']],
    ['?mailboxId=mailbox-1&kind=message', ['m1', 'm2']],
    // An attachment is found by the time and the people of its message.
    ['?from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00Z', ['e1', 'm1', 'm1:att']],
    ['?people=ada@contoso.example&from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z', ['m2']],
    ['?people=@contoso.example&kind=attachment', ['m1:att']],
    ['?people=@elsewhere.example', []],
    ['?subject=quarterly', ['m1']],
    ['?subject=figures', ['m1', 'm1:att']],
    ['?attachmentType=Application/X', ['m1:att']],
    ['?removed=true', ['gone', 'm1:old']],
    ['?removed=true&kind=event', []],
    ['?removed=false&kind=event', ['e1']],
    ['?q=zebra&kind=event', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  test('pages go on by key to the end', async () => {
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await host.call('GET', `/v1/documents?limit=1${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
      seen.push(...page.body.items.map((item: { id: string }) => item.id));
      after = page.body.next as string | null;
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(4);
  });

  test('goes by time or by relevance, as asked, with pages that belong to their order', async () => {
    const ids = async (query: string) =>
      (await host.call('GET', `/v1/documents${query}`)).body.items.map(({ id }: { id: string }) => id.split(':').slice(2).join(':'));
    expect(await ids('?kind=message')).toEqual(['m2', 'm1']);
    expect(await ids('?kind=message&sort=oldest')).toEqual(['m1', 'm2']);
    expect(await ids('?q=quarterly figures&sort=relevance')).toEqual(await ids('?q=quarterly figures'));
    const { next } = (await host.call('GET', '/v1/documents?kind=message&limit=1')).body as { next: string };
    expect(await ids(`?kind=message&after=${next}`)).toEqual(['m1']);
    for (const wrong of [`?kind=message&sort=oldest&after=${next}`, '?after=m1', '?after=WzFd', '?sort=relevance']) {
      const answer = await host.call('GET', `/v1/documents${wrong}`);
      expect(answer.body).toMatchObject({ status: 422, type: 'urn:trawl:problem:invalid-request' });
    }
  });

  test('tells of removed documents why and when, and nothing that they said', async () => {
    const answer = await host.call('GET', '/v1/documents?removed=true&kind=message', { key: host.keys.reader });
    expect(answer.body.items).toMatchObject([
      { subject: null, from: null, webLink: null, removal: { reason: 'movedOut', at: '2026-03-01T00:00:00.000Z' } },
    ]);
    expect(answer.text).not.toContain('Ada');
    expect((await host.call('GET', '/v1/documents?removed=true', { key: host.keys.outsider })).body.items).toEqual([]);
  });

  test('counts what fits by facets, through visible datasets alone', async () => {
    const facets = async (query: string, key = host.keys.reader) => (await host.call('GET', `/v1/documents/facets${query}`, { key })).body;
    expect(await facets('')).toMatchObject({
      counted: 4,
      complete: true,
      kinds: [
        { value: 'message', count: 2 },
        { value: 'attachment', count: 1 },
        { value: 'event', count: 1 },
      ],
      countries: [
        { value: 'DE', count: 3 },
        { value: 'FR', count: 1 },
      ],
      datasets: [{ value: datasets.inside, count: 4 }],
      sources: [{ value: sourceId, count: 4 }],
      months: [
        { value: '2026-01', count: 3 },
        { value: '2026-02', count: 1 },
      ],
      attachmentTypes: [{ value: 'application/x', count: 1 }],
    });
    expect(await facets('?q=figures')).toMatchObject({ counted: 2 });
    expect(await facets('', host.keys.outsider)).toMatchObject({ counted: 0, kinds: [] });
    expect(await facets(`?datasetId=${datasets.other}`)).toMatchObject({ counted: 0 });
    expect(await facets('?removed=true')).toMatchObject({ status: 422 });
  });

  test.each([
    '?subject=...',
    '?people=.',
    '?removed=true&q=zebra',
    '?removed=true&people=ada@contoso.example',
    '?attachmentType=pdf',
    '?sort=size',
    '?people[$regex]=.*',
    '?kind=mail',
    '?from=yesterday',
    '?limit=201',
    '?limit=x',
    '?unknown=1',
    '?q=',
    '?q[$gt]=',
    '?datasetId[$ne]=x',
    '?kind=message&kind=event',
  ])('%s is refused', async (query) => {
    const answer = await host.call('GET', `/v1/documents${query}`, { key: host.keys.reader });
    expect(answer.body).toMatchObject({ status: 422, type: 'urn:trawl:problem:invalid-request' });
    expect(answer.body.errors[0].in).toBe('query');
  });
});

describe('opening a document', () => {
  const open = (graphId: string, key = host.keys.reader) => host.call('GET', `${pathOf(graphId)}/open`, { key });

  test('leads into Outlook, where an attachment opens its message', async () => {
    await keep('m1:att#1', { kind: 'attachment', parentId: idOf('m1:att'), rootId: idOf('m1'), webLink: null });
    for (const graphId of ['m1', 'm1:att', 'm1:att#1']) {
      const answer = await open(graphId);
      expect({ status: answer.status, location: answer.headers['location'] }).toEqual({
        status: 302,
        location: 'https://outlook.office365.com/owa/?ItemID=m1',
      });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('that was removed, is of others or has no link leads nowhere', async () => {
    expect((await open('gone')).body).toMatchObject({ status: 410, removal: { reason: 'movedOut' } });
    await keep('linkless', { webLink: null });
    for (const graphId of ['o1', 'a1', 'nothing', 'linkless']) {
      const answer = await open(graphId);
      expect(answer.body).toMatchObject({ status: 404, type: 'urn:trawl:problem:not-found' });
      expect(answer.headers['location']).toBeUndefined();
    }
    expect((await open('m1', host.keys.operator)).status).toBe(403);
    expect((await open('m1', host.keys.outsider)).status).toBe(404);
  });

  test('leads to the endpoints of its own custom cloud, and is refused in words elsewhere', async () => {
    const basics = await makeBasics(host);
    const own = (await host.call('POST', '/v1/sources', { body: sourceBody(basics) })).body.id as string;
    const leads = async (graphId: string, changes: Partial<StoredDocument>) => {
      await keep(graphId, changes);
      return host.call('GET', `/v1/documents/${encodeURIComponent(changes._id ?? idOf(graphId))}/open`);
    };
    const link = `${customOrigin}/owa/?ItemID=x`;
    expect((await leads('own', { _id: `${own}:m:own`, sourceId: own, webLink: link })).headers['location']).toBe(link);
    const elsewhere = [
      await leads('foreign', { webLink: link }),
      await leads('plain', { webLink: 'http://outlook.office365.com/owa/' }),
      await leads('evil', { _id: `${own}:m:evil`, sourceId: own, webLink: 'https://evil.example/' }),
    ];
    for (const answer of elsewhere) {
      expect(answer.body).toMatchObject({ status: 404, type: 'urn:trawl:problem:link-refused' });
      expect(answer.headers['location']).toBeUndefined();
      expect(answer.text).not.toContain('evil');
    }
  });

  test('stands in the audit log', async () => {
    const answer = await open('m1');
    const entry = await host.store.db.collection('audit').findOne({ _id: answer.headers['x-request-id'] as never });
    expect(entry).toMatchObject({ route: '/v1/documents/:id/open', subjectIds: [idOf('m1')], status: 302, createdId: null });
  });
});

describe('one document', () => {
  test('has its link into Outlook, its text and its attachments that are still there', async () => {
    const answer = await host.call('GET', pathOf('m1'), { key: host.keys.reader });
    expect(answer.body).toMatchObject({
      subject: 'Quarterly figures',
      text: 'The zebra project',
      webLink: expect.stringContaining('ItemID=m1'),
    });
    expect(answer.body.attachments).toMatchObject([{ name: 'figures.xlsx', bytes: 7 }]);
    expect(answer.text).not.toContain('seenIn');
  });

  test('that was removed answers 410 with the reason', async () => {
    const answer = await host.call('GET', pathOf('gone'), { key: host.keys.reader });
    expect(answer.body).toMatchObject({ status: 410, type: 'urn:trawl:problem:removed', removal: { reason: 'movedOut' } });
    expect(answer.text).not.toContain('Gone');
  });

  test('with an id of the longest kind is found', async () => {
    const long = `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${'x'.repeat(300)}==`;
    await keep(long, { subject: 'Long' });
    expect((await host.call('GET', pathOf(long), { key: host.keys.reader })).body.subject).toBe('Long');
    expect((await host.call('GET', `/v1/documents/${'x'.repeat(3000)}`, { key: host.keys.reader })).status).toBe(404);
  });
});
