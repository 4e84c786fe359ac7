import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const ICS = (method: string, partstat = 'NEEDS-ACTION') =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', `METHOD:${method}`, 'BEGIN:VEVENT', 'UID:meeting-7', 'SUMMARY:Lunch', 'LOCATION:Harbour'],
    ...[
      'DTSTART:20261102T120000Z',
      'DTEND:20261102T130000Z',
      `ATTENDEE;PARTSTAT=${partstat}:mailto:a@contoso.example`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ],
  ].join('\r\n');

const invitation = (method: string, partstat?: string) =>
  [
    ...[
      'From: Ines <ines@partner.example>',
      'To: a@contoso.example',
      'Subject: Lunch',
      'Message-ID: <m7@partner.example>',
      'MIME-Version: 1.0',
    ],
    ...['Content-Type: multipart/alternative; boundary="b"', '', '--b', 'Content-Type: text/plain', '', 'Come', '--b'],
    ...[`Content-Type: text/calendar; method=${method}; charset=utf-8`, '', ICS(method, partstat), '--b--', ''],
  ].join('\r\n');

describe('what a message carries', () => {
  let client: TestEmulator;
  let user: string;
  const add = async (fields: object) => (await client.control('POST', `/mailboxes/${user}/messages`, fields)).body;
  const message = (id: string) => `/users/${user}/messages/${id}`;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 400 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('three kinds of attachments, each with its own content', async () => {
    const inner = `From: a@b.example\r\nSubject: Inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nwords\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: Innermost\r\n\r\ndeep\r\n--x--\r\n`;
    const { id } = await add({
      attachments: [
        { name: 'a.txt', contentType: 'text/plain', contentBytes: Buffer.from('hello').toString('base64') },
        { kind: 'item', name: 'Inner', eml: inner },
        { kind: 'event', name: 'Lunch', ics: ICS('PUBLISH') },
        { kind: 'contact', name: 'Zoe', emails: ['zoe@partner.example'] },
        {
          kind: 'reference',
          name: 'Plan.xlsx',
          sourceUrl: 'https://contoso.sharepoint.example/Plan.xlsx',
          providerType: 'oneDriveBusiness',
        },
      ],
    });
    const list = (await client.get(`${message(id)}/attachments?$filter=name eq 'ignored'`)).body.value;
    const type = (name: string) => `#microsoft.graph.${name}Attachment`;
    expect(list.map((one: any) => one['@odata.type'])).toEqual([type('file'), type('item'), type('item'), type('item'), type('reference')]);
    expect(list[0].contentBytes).toBe(Buffer.from('hello').toString('base64'));
    expect((await client.get(`${message(id)}/attachments?$select=id,name,size`)).body.value[0]).not.toHaveProperty('contentBytes');
    const value = async (index: number) => client.get(`${message(id)}/attachments/${list[index].id}/$value`);
    expect((await value(0)).bytes.toString()).toBe('hello');
    expect((await value(1)).bytes.toString()).toBe(inner);
    expect((await value(2)).bytes.toString()).toMatch(/^BEGIN:VCALENDAR[\s\S]*UID:meeting-7/);
    expect((await value(3)).bytes.toString()).toMatch(/^BEGIN:VCARD[\s\S]*EMAIL;TYPE=INTERNET:zoe@partner.example/);
    expect((await value(4)).status).toBe(405);
    const expanded = (index: number) =>
      client.get(`${message(id)}/attachments/${list[index].id}?$expand=microsoft.graph.itemattachment/item`);
    const { item } = (await expanded(1)).body;
    expect([item.subject, item.attachments[0].item.subject]).toEqual(['Inner', 'Innermost']);
    expect((await expanded(2)).body.item).toMatchObject({ '@odata.type': '#microsoft.graph.event', subject: 'Lunch' });
    expect((await expanded(3)).body.item).toMatchObject({ '@odata.type': '#microsoft.graph.contact', displayName: 'Zoe' });
    const beta = await client.get(`${client.url}/beta${message(id)}/attachments/${list[4].id}`);
    expect(beta.body).toMatchObject({ providerType: 'oneDriveBusiness', sourceUrl: 'https://contoso.sharepoint.example/Plan.xlsx' });
    expect(list[4]).not.toHaveProperty('providerType');
    expect((await client.get(`${message(id)}?$expand=attachments&$select=id`)).body.attachments).toHaveLength(5);
  });

  test('an invitation in a mail makes it an eventMessage, and its MIME comes back as it was', async () => {
    const mail = invitation('REQUEST');
    const { id } = await add({ eml: mail });
    const { body } = await client.get(message(id));
    expect(body).toMatchObject({
      '@odata.type': '#microsoft.graph.eventMessageRequest',
      meetingMessageType: 'meetingRequest',
      hasAttachments: false,
    });
    expect(body.startDateTime).toEqual({ dateTime: '2026-11-02T12:00:00.0000000', timeZone: 'UTC' });
    expect((await client.get(`${message(id)}/$value`)).bytes.toString()).toBe(mail);
    const answer = (await client.get(message((await add({ eml: invitation('REPLY', 'TENTATIVE') })).id))).body;
    expect(answer).toMatchObject({ '@odata.type': '#microsoft.graph.eventMessageResponse', responseType: 'tentativelyAccepted' });
    const withdrawn = (await client.get(message((await add({ eml: invitation('CANCEL') })).id))).body;
    expect(withdrawn).toMatchObject({ '@odata.type': '#microsoft.graph.eventMessage', meetingMessageType: 'meetingCancelled' });
    const some = (await client.get(`${message(id)}?$select=subject,microsoft.graph.eventMessage/startDateTime`)).body;
    expect(
      Object.keys(some)
        .filter((name) => !name.startsWith('@'))
        .toSorted(),
    ).toEqual(['id', 'startDateTime', 'subject']);
  });

  test('seeded mailboxes hold meeting messages whose event can be expanded', async () => {
    const { value } = (await client.get(`/users/${user}/messages?$top=1000`)).body;
    const meetings = value.filter((one: any) => /eventMessage/.test(one['@odata.type'] ?? '') && one.subject !== 'Lunch');
    expect(meetings.length).toBeGreaterThan(0);
    const { body } = await client.get(`${message(meetings[0].id)}?$expand=microsoft.graph.eventMessage/event`);
    expect(meetings[0].subject).toContain(body.event.subject);
  });

  test('bodies come safe unless unsafe ones are asked for, and without their quotation as uniqueBody', async () => {
    const content = '<p onclick="x()">New words</p><script>bad()</script><hr><p>Old words</p>';
    const { id } = await add({ body: { contentType: 'html', content } });
    const safe = (await client.get(`${message(id)}?$select=body,uniqueBody,internetMessageHeaders`)).body;
    expect(safe.body.content).not.toMatch(/script|onclick/);
    expect(safe.uniqueBody.content).toContain('New words');
    expect(safe.uniqueBody.content).not.toContain('Old words');
    expect(safe.internetMessageHeaders.map(({ name }: any) => name)).toEqual(
      expect.arrayContaining(['From', 'Subject', 'Date', 'Message-ID']),
    );
    const unsafe = await client.get(message(id), { prefer: 'outlook.allow-unsafe-html, outlook.body-content-type="html"' });
    expect(unsafe.body.body.content).toBe(content);
    expect(unsafe.headers['preference-applied']).toContain('outlook.body-content-type="html"');
    expect((await client.get(`${message(id)}/extensions`)).body.value).toEqual([]);
  });
});
