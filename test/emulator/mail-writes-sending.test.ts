import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from './support.ts';
import { IMMUTABLE, startWriter, type Writer } from './write-client.ts';

describe('sending mail', () => {
  let client: Writer;
  let me: string;
  let them: string;

  beforeAll(async () => {
    client = await startWriter();
    me = `/users/${client.people[0].id}`;
    them = `/users/${client.people[1].id}`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const to = (...addresses: string[]) => addresses.map((address) => ({ emailAddress: { address } }));
  const find = async (user: string, folder: string, subject: string) => {
    const { value } = await readAll(client, `${user}/mailFolders/${folder}/messages?$filter=subject eq '${subject}'`);
    return value;
  };

  test('sendMail reaches colleagues by any address, keeps a copy in Sent Items and hides bcc', async () => {
    const other = client.emulator.world.users().find(({ aliases, class: of }) => aliases.length > 0 && of === 'user') ?? client.people[1];
    const address = 'aliases' in other && other.aliases[0] ? other.aliases[0] : client.people[1].mail;
    const target = `/users/${other.id}`;
    const link = (await readAll(client, `${target}/mailFolders/inbox/messages/delta`)).deltaLink;
    const message = {
      subject: 'To all',
      body: { contentType: 'Text', content: 'Hi' },
      toRecipients: to(address, 'out@side.example'),
      bccRecipients: to('x@y.example'),
    };
    expect((await client.write('POST', `${me}/sendMail`, { Message: message })).status).toBe(202);
    const { value } = await readAll(client, link);
    expect(value).toMatchObject([
      { subject: 'To all', isRead: false, isDraft: false, bccRecipients: [], from: to(client.people[0].mail)[0] },
    ]);
    const [sent] = await find(me, 'sentitems', 'To all');
    expect(sent).toMatchObject({ isRead: true, isDraft: false, internetMessageId: value[0].internetMessageId });
    expect(sent.bccRecipients).toHaveLength(1);
    await client.write('POST', `${me}/sendMail`, { message: { ...message, subject: 'Unsaved' }, saveToSentItems: false });
    const quoted = await client.write('POST', `${me}/sendMail`, { message: { ...message, subject: 'Quoted' }, saveToSentItems: 'false' });
    expect([quoted.status, (await find(me, 'sentitems', 'Quoted')).length]).toEqual([202, 0]);
    expect((await client.write('POST', `${me}/sendMail`, { message, saveToSentItems: 'no' })).status).toBe(400);
    expect(await find(me, 'sentitems', 'Unsaved')).toEqual([]);
    expect(await find(target, 'inbox', 'Unsaved')).toHaveLength(1);
  });

  test('sendMail takes MIME', async () => {
    const mime = `To: ${client.people[1].mail}\r\nSubject: Sent as MIME\r\n\r\nHello\r\n`;
    const reply = await client.write('POST', `${me}/sendMail`, Buffer.from(mime).toString('base64'), {
      headers: { 'content-type': 'text/plain' },
    });
    expect(reply.status).toBe(202);
    expect(await find(them, 'inbox', 'Sent as MIME')).toMatchObject([{ from: { emailAddress: { address: client.people[0].mail } } }]);
  });

  test('a draft that is sent goes to Sent Items under its immutable id', async () => {
    const fields = { subject: 'From a draft', toRecipients: to(client.people[1].mail) };
    const draft = (await client.write('POST', `${me}/messages`, fields, { prefer: IMMUTABLE })).body;
    expect((await client.write('POST', `${me}/messages/${draft.id}/send`)).status).toBe(202);
    const [sent] = await find(me, 'sentitems', 'From a draft');
    expect(sent).toMatchObject({ id: draft.id, isDraft: false });
    expect(await find(them, 'inbox', 'From a draft')).toHaveLength(1);
    expect((await client.write('POST', `${me}/messages/${draft.id}/send`)).body.error.code).toBe('ErrorInvalidOperation');
  });

  test('what cannot be sent is refused', async () => {
    const send = (message: unknown) => client.write('POST', `${me}/sendMail`, { message });
    const codeOf = async (message: unknown) => (await send(message)).body.error.code as string;
    expect(await codeOf({ subject: 'To nobody' })).toBe('ErrorInvalidRecipients');
    expect(await codeOf({ toRecipients: to('no address') })).toBe('ErrorInvalidRecipients');
    expect(await codeOf({ toRecipients: to('a@b.example'), from: to(client.people[1].mail)[0] })).toBe('ErrorSendAsDenied');
    expect(await codeOf(null)).toBe('ErrorInvalidRequest');
    expect((await client.write('POST', `${me}/sendMail`, { message: {}, urgent: true })).body.error.message).toContain("'urgent'");
  });

  test('a reply stays in its conversation, answers the sender and quotes him', async () => {
    await client.write('POST', `${them}/sendMail`, {
      message: { subject: 'Question', toRecipients: to(client.people[0].mail), ccRecipients: to('c@d.example') },
    });
    const [mail] = await find(me, 'inbox', 'Question');
    const reply = await client.write('POST', `${me}/messages/${mail.id}/createReplyAll`, { comment: 'An <answer>' }, { prefer: IMMUTABLE });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      ...{ subject: 'RE: Question', isDraft: true, conversationId: mail.conversationId },
      toRecipients: to(client.people[1].mail),
      ccRecipients: to('c@d.example'),
    });
    expect(reply.body.conversationIndex.length).toBeGreaterThan(mail.conversationIndex.length);
    expect(reply.body.body.content).toContain('An &lt;answer&gt;');
    await client.write('POST', `${me}/messages/${reply.body.id}/send`);
    const [answer] = await find(them, 'inbox', 'RE: Question');
    const [question] = await find(them, 'sentitems', 'Question');
    expect(answer.conversationId).toBe(question.conversationId);
  });

  test('reply and forward send at once; a forward carries the attachments', async () => {
    const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: Buffer.from('abc').toString('base64') };
    await client.write('POST', `${them}/sendMail`, {
      message: { subject: 'Report', toRecipients: to(client.people[0].mail), attachments: [file] },
    });
    const [mail] = await find(me, 'inbox', 'Report');
    expect(mail.hasAttachments).toBe(true);
    expect((await client.write('POST', `${me}/messages/${mail.id}/reply`, { comment: 'Thanks' })).status).toBe(202);
    expect(await find(them, 'inbox', 'RE: Report')).toMatchObject([{ hasAttachments: false }]);
    expect((await client.write('POST', `${me}/messages/${mail.id}/forward`, { toRecipients: to(client.people[1].mail) })).status).toBe(202);
    const [forwarded] = await find(them, 'inbox', 'FW: Report');
    const { value } = await readAll(client, `${them}/messages/${forwarded.id}/attachments`);
    expect(value).toMatchObject([{ name: 'a.txt', contentType: 'text/plain', contentBytes: file.contentBytes }]);
    const both = await client.write('POST', `${me}/messages/${mail.id}/reply`, { comment: 'a', message: { body: { content: 'b' } } });
    expect(both.status).toBe(400);
    const nobody = await client.write('POST', `${me}/messages/${mail.id}/forward`, {});
    expect(nobody.body.error.code).toBe('ErrorInvalidRecipients');
  });

  test('the Inbox’s rules put arriving mail elsewhere', async () => {
    const rule = (fields: object) =>
      client.write('POST', `${them}/mailFolders/inbox/messageRules`, { displayName: 'A rule', sequence: 1, ...fields });
    await rule({
      conditions: { subjectContains: ['digest'] },
      actions: { moveToFolder: 'archive', markAsRead: true, stopProcessingRules: true },
    });
    await rule({ sequence: 2, conditions: { senderContains: ['@'] }, actions: { assignCategories: ['Blue category'] } });
    await rule({ sequence: 3, isEnabled: false, actions: { permanentDelete: true } });
    const send = (subject: string) =>
      client.write('POST', `${me}/sendMail`, { message: { subject, toRecipients: to(client.people[1].mail) } });
    await send('Daily Digest');
    await send('By hand');
    expect(await find(them, 'archive', 'Daily Digest')).toMatchObject([{ isRead: true, categories: [] }]);
    expect(await find(them, 'inbox', 'By hand')).toMatchObject([{ isRead: false, categories: ['Blue category'] }]);
  });

  test('the Inbox’s rules see what mail says that was sent as MIME', async () => {
    const conditions = {
      ...{ subjectContains: ['as it is'], bodyContains: ['strings'], importance: 'high', hasAttachments: true },
      recipientContains: [client.people[1].mail],
    };
    const rule = { displayName: 'MIME', sequence: 9, conditions, actions: { moveToFolder: 'archive' } };
    const { id } = (await client.write('POST', `${them}/mailFolders/inbox/messageRules`, rule)).body;
    const mime = [
      ...[`To: ${client.people[1].mail}`, 'Subject: MIME as it is', 'Importance: high', 'MIME-Version: 1.0'],
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'Some strings'],
      ...['--b', 'Content-Type: application/pdf', 'Content-Disposition: attachment; filename=a.pdf', '', 'pdf', '--b--', ''],
    ].join('\r\n');
    await client.write('POST', `${me}/sendMail`, Buffer.from(mime).toString('base64'), { headers: { 'content-type': 'text/plain' } });
    expect(await find(them, 'archive', 'MIME as it is')).toMatchObject([{ importance: 'high', hasAttachments: true }]);
    await client.write('DELETE', `${them}/mailFolders/inbox/messageRules/${id}`);
  });

  test('a full mailbox takes nothing more, and no mail', async () => {
    const { id } = client.people[1];
    await client.emulator.world.commit([{ mailbox: id, op: 'mailbox.set', settings: { overQuota: true } }]);
    const refused = await client.write('POST', `${them}/messages`, { subject: 'x' });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'ErrorQuotaExceeded']);
    expect((await client.write('POST', `${them}/sendMail`, { message: { toRecipients: to('a@b.example') } })).status).toBe(403);
    expect(
      (await client.write('POST', `${me}/sendMail`, { message: { subject: 'Too late', toRecipients: to(client.people[1].mail) } })).status,
    ).toBe(202);
    await client.emulator.world.commit([{ mailbox: id, op: 'mailbox.set', settings: { overQuota: false } }]);
    expect(await find(them, 'inbox', 'Too late')).toEqual([]);
  });

  test('each write needs its own permission', async () => {
    const token = await client.personToken(client.people[0].id, ['Mail.Read', 'Mail.Send']);
    const as = (method: string, path: string, body: object) =>
      client.send(method, `${client.url}/v1.0/me${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const [mail] = (await readAll(client, `${me}/mailFolders/inbox/messages?$top=1`)).value;
    const refused = [
      await as('POST', '/messages', { subject: 'x' }),
      await as('PATCH', `/messages/${mail.id}`, { isRead: true }),
      await as('POST', '/mailFolders', { displayName: 'x' }),
      await as('POST', `/messages/${mail.id}/createReply`, {}),
      await as('POST', `/messages/${mail.id}/attachments`, {}),
    ];
    for (const reply of refused) expect([reply.status, reply.body.error.code]).toEqual([403, 'ErrorAccessDenied']);
    expect((await as('POST', '/sendMail', { message: { subject: 'Mine', toRecipients: to('a@b.example') } })).status).toBe(202);
  });
});
