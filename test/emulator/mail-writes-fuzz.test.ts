import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWriter, type Writer } from './write-client.ts';

const JUNK: readonly unknown[] = [
  null, true, 0, -1, 1e308, '', 'x', '\u0000\ud800', [], [[]], [null], {}, { a: 1 }, { '@odata.type': 5 }, { '@odata.type': '#microsoft.graph.x' }, 'y'.repeat(5_000),
  { emailAddress: null }, [{ emailAddress: { address: 7 } }], [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 3 }],
  { attachmentType: 'file', name: {}, size: [] }, '9999-99-99T99:99:99Z', { dateTime: 'x', timeZone: [] },
]; // prettier-ignore

const PROPERTIES = [
  'subject', 'body', 'from', 'sender', 'toRecipients', 'replyTo', 'importance', 'categories', 'isRead', 'flag', 'attachments', 'internetMessageId',
  'internetMessageHeaders', 'singleValueExtendedProperties', 'multiValueExtendedProperties', 'inferenceClassification', 'message', 'comment', 'destinationId',
  'AttachmentItem', 'displayName', 'filterQuery', 'sourceFolderIds', 'isHidden', 'includeNestedFolders', '@odata.type', 'name', 'contentBytes', 'item',
  'inputIds', 'sourceIdType', 'EmailAddresses', 'MailTipsOptions', 'color', 'sequence', 'conditions', 'actions', 'birthday', 'emailAddresses',
  'homeAddress', 'workingHours', 'automaticRepliesSetting', 'timeZone', 'language', '__proto__', 'constructor', 'toString', 'saveToSentItems',
]; // prettier-ignore

describe('writes with nonsense', () => {
  let client: Writer;
  let targets: (readonly [string, string])[];

  beforeAll(async () => {
    client = await startWriter();
    const me = `/users/${client.people[0].id}`;
    const message = `${me}/messages/${(await client.write('POST', `${me}/messages`, { subject: 'Target' }, { prefer: 'IdType="ImmutableId"' })).body.id}`;
    const folder = `${me}/mailFolders/${(await client.write('POST', `${me}/mailFolders`, { displayName: 'Target' })).body.id}`;
    const posts = [
      ...[
        '/messages',
        '/sendMail',
        '/mailFolders',
        '/mailFolders/inbox/childFolders',
        '/translateExchangeIds',
        '/getMailTips',
        '/outlook/masterCategories',
      ],
      ...['/mailFolders/inbox/messageRules', '/contacts', '/contactFolders'],
    ].map((path) => ['POST', me + path] as const);
    const actions = [
      'move',
      'copy',
      'send',
      'createReply',
      'createForward',
      'reply',
      'forward',
      'attachments',
      'attachments/createUploadSession',
    ];
    targets = [
      ...posts,
      ...actions.map((action) => ['POST', `${message}/${action}`] as const),
      ...['move', 'copy'].map((action) => ['POST', `${folder}/${action}`] as const),
      ...([['PATCH', message], ['PATCH', folder], ['PATCH', `${me}/mailboxSettings`]] as const), // prettier-ignore
    ];
  });
  afterAll(() => client.stop());

  test('are answered with 2xx or 4xx, never with a failure of the emulator', async () => {
    const wrong: string[] = [];
    for (const [method, path] of targets) {
      for (const [index, name] of PROPERTIES.entries()) {
        const value = JUNK[(index + path.length) % JUNK.length];
        for (const body of [
          `{${JSON.stringify(name)}:${JSON.stringify(value)}}`,
          JSON.stringify({ [name]: JUNK[(index * 7) % JUNK.length] }),
        ]) {
          const { status } = await client.write(method, path, body);
          if (status >= 500) wrong.push(`${status} ${method} ${path.slice(-40)} ${body.slice(0, 100)}`);
        }
      }
      for (const value of JUNK) {
        const { status } = await client.write(method, path, JSON.stringify(value));
        if (status >= 500) wrong.push(`${status} ${method} ${path.slice(-40)} ${JSON.stringify(value).slice(0, 100)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(client.failures).toEqual([]);
  }, 60_000);
});
