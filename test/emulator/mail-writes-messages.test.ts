import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from './support.ts';
import { IMMUTABLE, startWriter, type Writer } from './write-client.ts';

describe('writing messages', () => {
  let client: Writer;
  let me: string;

  beforeAll(async () => {
    client = await startWriter();
    me = `/users/${client.people[0].id}`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const drafted = (fields: object = {}) => client.write('POST', `${me}/messages`, { subject: 'Plan', ...fields }, { prefer: IMMUTABLE });
  const round = (link: string) => readAll(client, link);
  const chain = async (folder: string) => (await readAll(client, `${me}/mailFolders/${folder}/messages/delta`)).deltaLink;

  test('a draft has what the client said and what Exchange adds, and its folder’s delta tells it', async () => {
    const link = await chain('drafts');
    const reply = await drafted({
      importance: 'Low',
      body: { contentType: 'HTML', content: 'They were <b>awesome</b>!' },
      toRecipients: [{ emailAddress: { address: client.people[1].mail } }],
      bccRecipients: [{ emailAddress: { address: 'x@partner.example', name: 'X' } }],
      categories: ['Red category'],
      flag: { flagStatus: 'flagged' },
      internetMessageHeaders: [{ name: 'x-made-by', value: 'a test' }],
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      ...{ isDraft: true, isRead: true, importance: 'low', bodyPreview: 'They were awesome!', categories: ['Red category'] },
      ...{ hasAttachments: false, flag: { flagStatus: 'flagged' }, subject: 'Plan' },
      toRecipients: [{ emailAddress: { address: client.people[1].mail, name: client.people[1].displayName } }],
    });
    expect(reply.body.conversationIndex).toMatch(/^AQ.{28}/);
    expect(reply.body.internetMessageId).toMatch(/^<.+@.+>$/);
    const { value } = await round(link);
    expect(value.map(({ id }) => id)).toEqual([reply.body.id]);
    expect(value[0].bccRecipients).toHaveLength(1);
  });

  test('a draft of MIME is read, and given back as it came', async () => {
    const mime = 'From: a@b.example\r\nTo: c@d.example\r\nSubject: In MIME\r\nMessage-ID: <m1@b.example>\r\n\r\nHello\r\n';
    const reply = await client.write('POST', `${me}/messages`, Buffer.from(mime).toString('base64'), {
      headers: { 'content-type': 'text/plain' },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ subject: 'In MIME', isDraft: true, internetMessageId: '<m1@b.example>' });
    expect((await client.get(`${me}/messages/${reply.body.id}/$value`)).body).toBe(mime);
    await client.write('PATCH', `${me}/messages/${reply.body.id}`, { subject: 'Another' });
    expect((await client.get(`${me}/messages/${reply.body.id}/$value`)).body).toContain('Subject: Another');
    const broken = await client.write('POST', `${me}/messages`, '%%%', { headers: { 'content-type': 'text/plain' } });
    expect([broken.status, broken.body.error.code]).toEqual([400, 'ErrorMimeContentInvalidBase64String']);
  });

  test('a change of read state, flag and categories is told by delta with another changeKey', async () => {
    const { value: inbox } = await readAll(client, `${me}/mailFolders/inbox/messages?$top=3`);
    const link = await chain('inbox');
    const [message] = inbox;
    const flag = { flagStatus: 'complete' };
    const reply = await client.write(
      'PATCH',
      `${me}/messages/${message.id}`,
      { isRead: !message.isRead, flag, categories: ['A'] },
      { prefer: IMMUTABLE },
    );
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id: message.id, isRead: !message.isRead, flag, categories: ['A'] });
    expect(reply.body.changeKey).not.toBe(message.changeKey);
    const { value } = await round(link);
    expect(value.map(({ id, changeKey }) => [id, changeKey])).toEqual([[message.id, reply.body.changeKey]]);
  });

  test('what was sent keeps its words', async () => {
    const { value } = await readAll(client, `${me}/mailFolders/inbox/messages?$top=1`);
    const reply = await client.write('PATCH', `${me}/messages/${value[0].id}`, { body: { contentType: 'text', content: 'forged' } });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'ErrorInvalidPropertySet']);
  });

  test('If-Match with an older changeKey is a conflict', async () => {
    const draft = (await drafted()).body;
    const first = await client.write(
      'PATCH',
      `${me}/messages/${draft.id}`,
      { subject: '2' },
      { headers: { 'if-match': draft['@odata.etag'] } },
    );
    expect(first.status).toBe(200);
    const second = await client.write(
      'PATCH',
      `${me}/messages/${draft.id}`,
      { subject: '3' },
      { headers: { 'if-match': draft['@odata.etag'] } },
    );
    expect([second.status, second.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict']);
    const removal = await client.write('DELETE', `${me}/messages/${draft.id}`, undefined, {
      headers: { 'if-match': draft['@odata.etag'] },
    });
    expect(removal.status).toBe(412);
  });

  test('a move keeps the immutable id and changes the other; both folders’ deltas tell it', async () => {
    const draft = (await drafted()).body;
    const changing = (await client.get(`${me}/messages/${draft.id}`, { prefer: '' })).body.id;
    const [from, to] = [await chain('drafts'), await chain('archive')];
    const moved = await client.write('POST', `${me}/messages/${draft.id}/move`, { destinationId: 'archive' }, { prefer: IMMUTABLE });
    expect([moved.status, moved.body.id]).toEqual([201, draft.id]);
    expect(moved.body.parentFolderId).not.toBe(draft.parentFolderId);
    expect((await client.get(`${me}/messages/${changing}`)).status).toBe(404);
    expect((await round(from)).value).toMatchObject([{ id: draft.id, '@removed': { reason: 'deleted' } }]);
    expect((await round(to)).value.map(({ id }) => id)).toEqual([draft.id]);
  });

  test('a copy is a message of its own, of a seeded mail with attachments too', async () => {
    const { value } = await readAll(client, `${me}/messages?$top=100`);
    const mail = value.find(({ hasAttachments }) => hasAttachments) ?? value[0];
    const copied = await client.write(
      'POST',
      `${me}/messages/${mail.id}/microsoft.graph.copy`,
      { destinationId: 'junkemail' },
      { prefer: IMMUTABLE },
    );
    expect(copied.status).toBe(201);
    expect(copied.body.id).not.toBe(mail.id);
    for (const name of ['subject', 'body', 'from', 'receivedDateTime', 'hasAttachments', 'conversationId', 'internetMessageId'])
      expect(copied.body[name]).toEqual(mail[name]);
    const files = async (id: string) =>
      (await readAll(client, `${me}/messages/${id}/attachments`)).value.map(({ name, contentBytes }) => [name, contentBytes]);
    expect(await files(copied.body.id)).toEqual(await files(mail.id));
  });

  test('deleting goes to Deleted Items, then to Recoverable Items, then for good', async () => {
    const draft = (await drafted()).body;
    const remove = () => client.write('DELETE', `${me}/messages/${draft.id}`);
    const place = async () => (await client.get(`${me}/messages/${draft.id}`)).body.parentFolderId as string | undefined;
    const folder = async (name: string) => (await client.get(`${me}/mailFolders/${name}`)).body.id as string;
    expect((await remove()).status).toBe(204);
    expect(await place()).toBe(await folder('deleteditems'));
    await remove();
    expect(await place()).toBe(await folder('recoverableitemsdeletions'));
    await remove();
    expect((await client.get(`${me}/messages/${draft.id}`)).status).toBe(404);
    const other = (await drafted()).body;
    expect((await client.write('POST', `${me}/messages/${other.id}/permanentDelete`)).status).toBe(204);
    expect((await client.get(`${me}/messages/${other.id}`)).body.parentFolderId).toBe(await folder('recoverableitemspurges'));
  });

  test('importers’ MAPI properties make a mail that was received long ago', async () => {
    const reply = await client.write('POST', `${me}/mailFolders/inbox/messages`, {
      subject: 'Old',
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '1' },
        { id: 'SystemTime 0x0E06', value: '2019-03-01T08:00:00Z' },
        { id: 'SystemTime 0x0039', value: '2019-03-01T07:59:00Z' },
      ],
    });
    expect(reply.body).toMatchObject({ isDraft: false, receivedDateTime: '2019-03-01T08:00:00Z', sentDateTime: '2019-03-01T07:59:00Z' });
  });

  test('true and false may be written as text, since the OData library converts them', async () => {
    const reply = await client.write('POST', `${me}/messages`, { subject: 'As text', isRead: 'false', isDeliveryReceiptRequested: 'TRUE' });
    expect([reply.status, reply.body]).toMatchObject([201, { isRead: false, isDeliveryReceiptRequested: true }]);
  });

  test.each([
    [{ subjekt: 'x' }, 400, 'RequestBodyRead', "The property 'subjekt' does not exist on type 'microsoft.graph.message'"],
    [{ isRead: 'yes' }, 400, 'RequestBodyRead', "Cannot convert the literal 'yes' to the expected type 'Edm.Boolean'"],
    [{ importance: 'urgent' }, 400, 'RequestBodyRead', "Requested value 'urgent' was not found"],
    [{ toRecipients: [{ emailAddress: {} }] }, 400, 'ErrorInvalidRecipients', "At least one recipient isn't valid"],
    [{ toRecipients: { a: 1 } }, 400, 'RequestBodyRead', 'StartArray'],
    [{ body: [] }, 400, 'RequestBodyRead', 'StartObject'],
    [{ attachments: [{ name: 'x' }] }, 400, 'RequestBodyRead', '@odata.type'],
    [{ internetMessageHeaders: [{ name: 'Received', value: 'x' }] }, 400, 'InvalidInternetMessageHeader', "should start with 'x-'"],
    [{ singleValueExtendedProperties: [{ id: 'SystemTime 0x0E06', value: '1e999' }] }, 400, 'RequestBodyRead', 'Edm.DateTimeOffset'],
  ])('%j is refused as Graph refuses it', async (body, status, code, message) => {
    const reply = await client.write('POST', `${me}/messages`, body);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(reply.body.error.message).toContain(message);
  });

  test('broken, empty and foreign bodies are 4xx', async () => {
    expect((await client.write('POST', `${me}/messages`, '{"a":')).status).toBe(400);
    expect((await client.write('POST', `${me}/messages`, '['.repeat(200_000))).status).toBe(400);
    expect((await client.write('POST', `${me}/messages`)).status).toBe(400);
    expect((await client.write('POST', `${me}/messages`, '<a/>', { headers: { 'content-type': 'application/xml' } })).status).toBe(415);
    expect((await client.write('POST', `${me}/messages`, `{"subject":"${'x'.repeat(4_300_000)}"}`)).status).toBe(413);
    expect((await client.write('POST', `${me}/messages/AAMk/move`, { destinationId: 'inbox' })).status).toBe(400);
    const draft = (await drafted()).body;
    expect((await client.write('POST', `${me}/messages/${draft.id}/move`, {})).body.error.code).toBe('ErrorInvalidRequest');
    expect((await client.write('POST', `${me}/messages/${draft.id}/move`, { destinationId: 7 })).body.error.code).toBe('RequestBodyRead');
  });
});
