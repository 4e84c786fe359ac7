import { startEmulator, type TestEmulator } from '../support.ts';
import type { PreparedRoom, Replay } from './sample.ts';

const ICS = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:attached-1', 'SUMMARY:Lunch', 'DTSTART:20241101T120000Z'],
  ...['DTEND:20241101T130000Z', 'END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');
const EML = [
  ...['From: Adele Vance <adelev@contoso.example>', 'To: Alex Wilber <alexw@contoso.example>', 'Cc: Adele Vance <adelev@contoso.example>'],
  ...['Subject: Reminder - please bring laptop', 'Message-ID: <reminder@contoso.example>', 'Date: Fri, 21 Jul 2017 00:19:52 +0000'],
  ...['MIME-Version: 1.0', 'Content-Type: text/html', '', '<p>PFA</p>', ''],
].join('\r\n');

export const mailSamples = {
  samples: [
    'attachment-get-1',
    'attachment-get-3',
    'attachment-get-8',
    'delta-query-messages-3',
    'mailfolder-delta-1',
    'mailfolder-get-1',
    'mailfolder-get-2',
    'mailfolder-list-childfolders-2',
    'message-get-1',
    'message-get-2',
    'query-parameters-1',
  ],
  prepare: async (): Promise<PreparedRoom> => {
    const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } });
    return { client, samples: await prepared(client) };
  },
};

async function prepared(client: TestEmulator): Promise<Record<string, Replay>> {
  const id = client.emulator.world.users()[0]!.id;
  const person = { id, scopes: ['Mail.Read'] };
  const base = `/mailboxes/${id}`;
  const attachments = [
    { name: 'Draft sales invoice template.docx', contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
    { kind: 'item', name: 'Reminder - please bring laptop', eml: EML },
    { kind: 'event', name: 'Lunch', ics: ICS },
  ];
  const mail = (await client.control('POST', `${base}/messages`, { subject: 'With attachments', attachments })).body;
  await client.control('POST', `${base}/messages`, { eml: EML, folder: 'archive' });
  await client.control('POST', `${base}/folders`, { parent: 'Inbox', displayName: 'Internal Screens' });
  await client.control('POST', `${base}/folders`, { parent: 'Inbox', displayName: 'Clutters', hidden: true });
  const message = `/me/messages/${mail.changingId}`;
  const ids = (await client.get(`/users/${id}/messages/${mail.changingId}/attachments?$select=id`, { prefer: '' })).body.value;
  const inbox = (await client.get(`/users/${id}/mailFolders/inbox`)).body.id;
  const found = (await client.get(`/users/${id}/mailFolders?$filter=displayName eq 'Unread Mail'`)).body.value[0].id;
  const [file, item, event] = ids.map((attachment: { id: string }) => `${message}/attachments/${attachment.id}`);
  return {
    'attachment-get-1': { person, path: file },
    'attachment-get-3': { person, path: `${item}/?$expand=microsoft.graph.itemattachment/item` },
    'attachment-get-8': { person, path: `${event}/$value` },
    'delta-query-messages-3': { person, path: await lastDeltaPage(client, `/users/${id}/mailFolders/archive/messages/delta`) },
    // The page says this header in the request's body.
    'mailfolder-delta-1': { person, headers: { prefer: 'odata.maxpagesize=2' } },
    'mailfolder-get-1': { person, path: `/me/mailFolders/${inbox}` },
    'mailfolder-get-2': { person, path: `/me/mailFolders/${found}` },
    'mailfolder-list-childfolders-2': { person, path: `/me/mailFolders/${inbox}/childFolders?includeHiddenFolders=true` },
    'message-get-1': { person, path: message },
    'message-get-2': { person, path: `${message}/?$select=internetMessageHeaders` },
    'query-parameters-1': { person },
  };
}

/** The link of a first round's last page, as the documented $skiptoken is one. */
async function lastDeltaPage(client: TestEmulator, path: string): Promise<string> {
  let last = `${client.url}/v1.0${path}?$select=subject,isRead,sender`;
  for (;;) {
    const { body } = await client.get(last, { prefer: 'odata.maxpagesize=2' });
    if (body['@odata.nextLink'] === undefined) return last.slice(`${client.url}/v1.0`.length);
    last = body['@odata.nextLink'] as string;
  }
}
