import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialBody, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
beforeAll(async () => {
  host = await startApiHost({ callTimeoutMs: 1000 });
});
afterAll(async () => host.close());

const read = (url: string, tag?: string) => host.call('GET', url, tag === undefined ? {} : { headers: { 'if-none-match': tag } });
const change = (url: string, body: object, tag?: string) =>
  host.call('PATCH', url, { body, ...(tag !== undefined && { headers: { 'if-match': tag } }) });

async function make(path: string): Promise<string> {
  const bodies: Record<string, () => Promise<object>> = {
    datasets: async () => ({ name: `Tagged ${Math.random()}` }),
    credentials: async () => credentialBody(),
    sources: async () => sourceBody(await makeBasics(host)),
  };
  const made = await host.call('POST', `/v1/${path}`, { body: await bodies[path]!() });
  return made.headers['location'] as string;
}

describe.each([
  ['datasets', (words: string) => ({ name: `${words} ${Math.random()}` })],
  ['credentials', (words: string) => ({ name: words })],
  ['sources', (words: string) => ({ description: words })],
])('one of %s', (path, words) => {
  test('has a strong ETag that stays while it does, and changes with it', async () => {
    const url = await make(path);
    const first = (await read(url)).headers['etag'];
    expect(first).toMatch(/^"[!#-~]+"$/);
    expect((await read(url)).headers['etag']).toBe(first);
    const changed = await change(url, words('Other'));
    expect(changed.headers['etag']).not.toBe(first);
    expect((await read(url)).headers['etag']).toBe(changed.headers['etag']);
  });

  test('is answered 304 without a body to whoever has it, and whole when it is different', async () => {
    const url = await make(path);
    const tag = (await read(url)).headers['etag'] as string;
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const answer = await read(url, known);
      expect({ status: answer.status, text: answer.text, tag: answer.headers['etag'] }).toEqual({ status: 304, text: '', tag });
    }
    await change(url, words('Other'));
    expect(await read(url, tag)).toMatchObject({ status: 200, body: { id: url.split('/').at(-1) } });
  });

  test('is not changed under an ETag of before: 412 with words, and nothing changed', async () => {
    const url = await make(path);
    const tag = (await read(url)).headers['etag'] as string;
    expect((await change(url, words('First'), tag)).status).toBe(200);
    const before = await read(url);
    for (const late of [tag, '"99-aaaaaaaaaaaaaaaa"', `W/${before.headers['etag'] as string}`, 'nonsense', '""']) {
      const refused = await change(url, words('Late'), late);
      expect(refused.body).toMatchObject({ status: 412, type: 'urn:trawl:problem:precondition-failed' });
      expect(refused.body.detail).toContain('Read it again');
    }
    expect((await read(url)).body).toEqual(before.body);
  });

  test('is changed under its ETag, under any of several, under * and without one', async () => {
    const url = await make(path);
    const tag = async () => (await read(url)).headers['etag'] as string;
    for (const good of [await tag(), '*', undefined]) expect((await change(url, words('Good'), good)).status).toBe(200);
    expect((await change(url, words('Good'), `"7-aaaaaaaaaaaaaaaa", ${await tag()}`)).status).toBe(200);
  });

  test('that two change at once under the same ETag is changed by one', async () => {
    const url = await make(path);
    const tag = (await read(url)).headers['etag'] as string;
    const answers = await Promise.all([1, 2, 3].map((n) => change(url, words(`Racer ${n}`), tag)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  });

  test('that is not there answers 404, whatever If-Match says', async () => {
    expect((await change(`/v1/${path}/none`, words('x'), '"1-aaaaaaaaaaaaaaaa"')).status).toBe(404);
  });
});

test('what a crawl writes of a source changes what is read, and stands in the way of no change', async () => {
  const url = await make('sources');
  const id = url.split('/').at(-1)!;
  const tag = (await read(url)).headers['etag'] as string;
  await host.store.sources.beginCrawl({ sourceId: id, before: null, crawlId: 'crawl', at: new Date() });
  expect(await read(url, tag)).toMatchObject({ status: 200, body: { state: 'running' } });
  await host.store.sources.writeState({ sourceId: id, crawlId: 'crawl', state: 'completed', sequence: 1, reason: null });
  expect((await change(url, { priority: 'high' }, tag)).status).toBe(200);
});

test('a new secret is taken under If-Match too', async () => {
  const url = await make('credentials');
  const tag = (await read(url)).headers['etag'] as string;
  await change(url, { name: 'Renamed' });
  const put = (known: string) => host.call('PUT', `${url}/secret`, { body: { secret: 'new' }, headers: { 'if-match': known } });
  expect((await put(tag)).status).toBe(412);
  expect((await put((await read(url)).headers['etag'] as string)).body.revision).toBe(2);
});
