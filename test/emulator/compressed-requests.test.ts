import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWriter, type Writer } from './write-client.ts';

describe('a request whose body is compressed', () => {
  let client: Writer;
  beforeAll(async () => {
    client = await startWriter();
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const messages = () => `/users/${client.people[0].id}/messages`;
  const gzip = (value: unknown) => gzipSync(typeof value === 'string' ? value : JSON.stringify(value));
  const send = (body: Buffer, encoding: string) =>
    client.write('POST', messages(), body, { headers: { 'content-encoding': encoding, 'content-type': 'application/json' } });

  test('in gzip, as the SDK for Go sends all, is read as what it was', async () => {
    const made = await send(gzip({ subject: 'Compressed' }), 'gzip');
    expect([made.status, made.body.subject]).toEqual([201, 'Compressed']);
    const batch = gzip({ requests: [{ id: '1', method: 'GET', url: `${messages()}/${made.body.id}?$select=subject` }] });
    const answer = await client.write('POST', '/$batch', batch, { headers: { 'content-encoding': 'GZIP' } });
    expect(answer.body.responses[0].body.subject).toBe('Compressed');
  });

  test('in another encoding is refused with 415, so that the client sends it again as it is', async () => {
    for (const encoding of ['br', 'deflate', 'gzip, gzip'])
      expect([encoding, (await send(gzip({}), encoding)).status]).toEqual([encoding, 415]);
    expect((await send(Buffer.from('{"subject":"Plain"}'), 'identity')).status).toBe(201);
  });

  test('that is not gzip, is cut off or unpacks to too much is refused', async () => {
    expect((await send(Buffer.from('{"subject":"Plain"}'), 'gzip')).status).toBe(400);
    expect((await send(gzip({ subject: 'Cut off' }).subarray(0, 20), 'gzip')).status).toBe(400);
    expect((await send(gzip(`{"subject":"${'a'.repeat(40_000_000)}"}`), 'gzip')).status).toBe(413);
  });
});
