import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

describe('compression', () => {
  let client: TestEmulator;
  let path: string;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 20 } });
    path = `/users/${client.emulator.world.users()[0]!.id}/messages?$top=5`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const read = (encoding: string) => client.get(path, { headers: { 'accept-encoding': encoding } });

  test('a list comes in gzip to who takes it, and says the same', async () => {
    const plain = await client.get(path);
    for (const encoding of ['gzip', 'gzip, deflate, br', 'br;q=1.0, GZIP;q=0.5', '*']) {
      const { headers, bytes } = await read(encoding);
      expect([encoding, headers['content-encoding'], headers['vary'], headers['content-length']]).toEqual([
        encoding,
        'gzip',
        'Accept-Encoding',
        undefined,
      ]);
      expect(JSON.parse(gunzipSync(bytes).toString('utf8'))).toEqual(plain.body);
    }
  });

  test('nothing is compressed for who does not take gzip, nor bytes, nor small answers', async () => {
    for (const encoding of ['identity', 'deflate, br', 'gzip;q=0', 'gzip;q=0.0']) {
      const { headers } = await read(encoding);
      expect([encoding, headers['content-encoding'], headers['content-length']]).toEqual([encoding, undefined, expect.any(String)]);
    }
    const id = (await client.get(path)).body.value[0].id;
    const at = `${path.slice(0, path.indexOf('?'))}/${id}`;
    for (const small of [`${at}?$select=id`, `${at}/$value`]) {
      const { headers } = await client.get(small, { headers: { 'accept-encoding': 'gzip' } });
      expect(headers['content-encoding']).toBeUndefined();
    }
  });

  test('an answer that is cut keeps the length that it should have had', async () => {
    await client.control('POST', '/faults', { match: { path: 'messages' }, answer: { truncateAtBytes: 100 }, count: 1 });
    const { headers, bytes } = await read('gzip');
    expect([headers['content-encoding'], bytes.length]).toEqual([undefined, 100]);
  });
});
