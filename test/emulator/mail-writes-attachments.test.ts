import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from './support.ts';
import { IMMUTABLE, startWriter, type Writer } from './write-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MB = 1024 * 1024;

describe('writing attachments', () => {
  let client: Writer;
  let me: string;
  const dataDir = temporaryFolder();

  beforeAll(async () => {
    client = await startWriter({ dataDir });
    me = `/users/${client.people[0].id}`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const draft = async () =>
    (await client.write('POST', `${me}/messages`, { subject: 'With files' }, { prefer: IMMUTABLE })).body as { id: string };
  const attach = (id: string, body: object) => client.write('POST', `${me}/messages/${id}/attachments`, body, { prefer: IMMUTABLE });
  const file = (name: string, text: string) => ({
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentBytes: Buffer.from(text).toString('base64'),
  });

  test('files come, keep their ids when another goes, and are told by delta through the message', async () => {
    const { id } = await draft();
    const link = (await readAll(client, `${me}/mailFolders/drafts/messages/delta`)).deltaLink;
    const first = await attach(id, file('first.pdf', 'one'));
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ name: 'first.pdf', contentType: 'application/pdf', isInline: false });
    const second = await attach(id, { ...file('second.txt', 'two'), isInline: true, contentId: 'c1' });
    expect((await client.write('DELETE', `${me}/messages/${id}/attachments/${first.body.id}`)).status).toBe(204);
    expect((await client.get(`${me}/messages/${id}/attachments/${first.body.id}`)).status).toBe(404);
    expect((await client.get(`${me}/messages/${id}/attachments/${second.body.id}/$value`)).bytes.toString()).toBe('two');
    const { value } = await readAll(client, link);
    expect(value).toMatchObject([{ id, hasAttachments: false }]);
  });

  test('items and references are kinds of their own', async () => {
    const { id } = await draft();
    const event = {
      '@odata.type': '#microsoft.graph.itemAttachment',
      name: 'Holiday event',
      item: {
        '@odata.type': 'microsoft.graph.event',
        subject: 'Discuss gifts',
        body: { contentType: 'HTML', content: 'Funding!' },
        start: { dateTime: '2016-12-02T18:00:00', timeZone: 'Pacific Standard Time' },
        end: { dateTime: '2016-12-02T19:00:00', timeZone: 'Pacific Standard Time' },
      },
    };
    const made = await attach(id, event);
    expect(made.body).toMatchObject({
      '@odata.type': '#microsoft.graph.itemAttachment',
      name: 'Holiday event',
      contentType: null,
      isInline: false,
    });
    const expanded = await client.get(`${me}/messages/${id}/attachments/${made.body.id}?$expand=microsoft.graph.itemattachment/item`);
    expect(expanded.body.item).toMatchObject({ '@odata.type': '#microsoft.graph.event', subject: 'Discuss gifts' });
    expect((await client.get(`${me}/messages/${id}/attachments/${made.body.id}/$value`)).body).toContain('DTSTART:20161203T020000Z');
    const inner = { '@odata.type': '#microsoft.graph.message', subject: 'Inside', attachments: [file('deep.txt', 'deep')] };
    const mail = await attach(id, { '@odata.type': '#microsoft.graph.itemAttachment', name: 'Mail', item: inner });
    expect((await client.get(`${me}/messages/${id}/attachments/${mail.body.id}/$value`)).body).toContain('Subject: Inside');
    const link = await attach(id, {
      '@odata.type': '#microsoft.graph.referenceAttachment',
      name: 'Shared',
      sourceUrl: 'https://x.example/y',
    });
    expect(link.body).toMatchObject({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Shared' });
    expect((await client.get(`${me}/messages/${id}/attachments/${link.body.id}/$value`)).status).toBe(405);
    expect((await client.get(`${me}/messages/${id}`)).body.hasAttachments).toBe(true);
  });

  test('a mail of MIME with a mail inside takes another file, is copied and forwarded', async () => {
    const inner = 'Subject: Inner\r\nFrom: a@b.example\r\n\r\nDeep\r\n';
    const head =
      'Subject: Outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n';
    const mime = `${head}--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b--\r\n`;
    const headers = { 'content-type': 'text/plain' };
    const { id } = (await client.write('POST', `${me}/messages`, Buffer.from(mime).toString('base64'), { headers, prefer: IMMUTABLE }))
      .body;
    expect((await attach(id, file('more.txt', 'more'))).status).toBe(201);
    const names = async (message: string) => (await readAll(client, `${me}/messages/${message}/attachments`)).value.map(({ name }) => name);
    expect(await names(id)).toEqual(['Inner', 'more.txt']);
    const copy = await client.write('POST', `${me}/messages/${id}/copy`, { destinationId: 'archive' }, { prefer: IMMUTABLE });
    expect(await names(copy.body.id)).toEqual(['Inner', 'more.txt']);
    const forward = await client.write('POST', `${me}/messages/${id}/createForward`, {}, { prefer: IMMUTABLE });
    expect(await names(forward.body.id)).toEqual(['Inner', 'more.txt']);
  });

  test.each([
    [{ name: 'x', contentBytes: 'YQ==' }, 'RequestBodyRead'],
    [{ '@odata.type': '#microsoft.graph.fileAttachment', contentBytes: 'YQ==' }, 'ErrorRequiredPropertyMissing'],
    [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'x', contentBytes: '***' }, 'RequestBodyRead'],
    [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'x', colour: 1 }, 'RequestBodyRead'],
    [{ '@odata.type': '#microsoft.graph.itemAttachment', name: 'x' }, 'ErrorRequiredPropertyMissing'],
    [
      { '@odata.type': '#microsoft.graph.itemAttachment', name: 'x', item: { '@odata.type': '#microsoft.graph.drive' } },
      'ErrorInvalidItemForOperation',
    ],
  ])('%j is refused with %s', async (body, code) => {
    const { id } = await draft();
    const reply = await attach(id, body);
    expect([reply.status, reply.body.error.code]).toEqual([400, code]);
  });

  const session = async (id: string, size: number, name = 'flower.png') =>
    client.write('POST', `${me}/messages/${id}/attachments/createUploadSession`, {
      AttachmentItem: { attachmentType: 'file', name, size },
    });
  const put = (url: string, range: string, body: Buffer) =>
    client.send('PUT', url, { body, headers: { 'content-range': range, 'content-type': 'application/octet-stream' } });

  test('a large file comes in ranges, without Authorization, and a stop between two of them loses nothing', async () => {
    const { id } = await draft();
    const bytes = Buffer.alloc(3 * MB + 5, 'abcdefg');
    const opened = await session(id, bytes.length);
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ nextExpectedRanges: ['0-'] });
    let url = opened.body.uploadUrl as string;
    const one = await put(url, `bytes 0-${2 * MB - 1}/${bytes.length}`, bytes.subarray(0, 2 * MB));
    const place = /^(.*\/api\/v2\.0\/)(.*)\('[\w-]+'\)\?/.exec(url)!;
    expect([one.status, one.body]).toEqual([
      200,
      {
        '@odata.context': `${place[1]}$metadata#${place[2]!.replace('@', '%40').replaceAll('=', '%3D')}/$entity`,
        ExpirationDateTime: opened.body.expirationDateTime,
        nextExpectedRanges: [`${2 * MB}`],
      },
    ]);
    expect((await put(url, `bytes 0-${2 * MB - 1}/${bytes.length}`, bytes.subarray(0, 2 * MB))).status).toBe(416);
    await client.stop();
    client = await startWriter({ dataDir });
    url = `${client.url}${url.slice(url.indexOf('/api/'))}`;
    expect((await client.send('GET', url)).body.nextExpectedRanges).toEqual([`${2 * MB}`]);
    const two = await put(url, `bytes ${2 * MB}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(2 * MB));
    expect(two.status).toBe(201);
    const made = /Attachments\('([^']+)'\)$/.exec(String(two.headers['location']))![1]!;
    const { value } = await readAll(client, `${me}/messages/${id}/attachments`, { prefer: '' });
    expect(value).toMatchObject([{ id: made, name: 'flower.png', contentType: 'image/png' }]);
    expect(Buffer.from(value[0].contentBytes, 'base64').equals(bytes)).toBe(true);
    expect((await put(url, `bytes 0-1/${bytes.length}`, Buffer.from('ab'))).status).toBe(404);
  });

  test('wrong ranges are refused and change nothing; a cancelled or expired session is gone', async () => {
    const { id } = await draft();
    const url = (await session(id, 3 * MB)).body.uploadUrl as string;
    const part = Buffer.alloc(10);
    for (const range of ['bytes 0-10/3145728', 'bytes 0-9/99', 'bytes 9-0/3145728', 'bytes=0-9', 'bytes 3145720-3145729/3145728', '']) {
      const reply = await put(url, range, part);
      expect([range, reply.status]).toEqual([range, 400]);
    }
    expect((await put(url, 'bytes 100-109/3145728', part)).body.error.code).toBe('InvalidContentRange');
    expect((await put(url, `bytes 0-${3 * MB - 1}/${3 * MB}`, Buffer.alloc(5 * MB))).status).toBe(413);
    expect((await client.send('POST', url)).status).toBe(405);
    expect((await client.send('PUT', url.replace(/authtoken=.*/, 'authtoken=x'))).status).toBe(401);
    expect((await put(url, 'bytes 0-9/3145728', part)).body.nextExpectedRanges).toEqual(['10']);
    expect((await client.send('DELETE', url)).status).toBe(204);
    expect((await client.send('GET', url)).status).toBe(404);
    const late = (await session(id, 3 * MB)).body.uploadUrl as string;
    await client.control('POST', '/clock', { advanceMs: 8 * 24 * 3_600_000 });
    expect((await put(late, 'bytes 0-9/3145728', part)).status).toBe(404);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });

  test('the sizes of a session have limits', async () => {
    const { id } = await draft();
    expect((await session(id, MB)).body.error.code).toBe('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
    expect((await session(id, 200 * MB)).body.error.code).toBe('ErrorAttachmentSizeLimitExceeded');
    expect((await session(id, 1e300)).status).toBe(400);
    expect((await session(id, 3 * MB, '')).status).toBe(400);
    expect((await client.write('POST', `${me}/messages/${id}/attachments/createUploadSession`, {})).status).toBe(400);
  });
});
