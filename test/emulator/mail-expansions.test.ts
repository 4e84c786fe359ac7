import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (name: string, more: object = {}) => ({ name, contentType: 'text/plain', contentBytes: base64(`words of ${name}`), ...more });

describe('$expand=attachments over a folder’s messages', () => {
  let client: TestEmulator;
  let user: string;
  let list: string;
  const ids: Record<string, string> = {};
  const add = async (subject: string, minute: number, attachments: object[]) => {
    const receivedDateTime = `2026-03-01T10:0${minute}:00Z`;
    const message = {
      folder: 'inbox',
      subject,
      body: { contentType: 'html', content: '<img src="cid:p">' },
      receivedDateTime,
      attachments,
    };
    ids[subject] = (await client.control('POST', `/mailboxes/${user}/messages`, message)).body.id;
  };
  const since = 'receivedDateTime ge 2026-03-01T10:00:00Z and receivedDateTime lt 2026-03-01T10:09:00Z';
  const ask = async (filter: string, more = '') =>
    client.get(
      `${list}?$select=id,changeKey,receivedDateTime&$expand=attachments&$filter=${filter}&$orderby=receivedDateTime&$top=50${more}`,
    );

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 20 } });
    user = client.emulator.world.users()[0]!.id;
    list = `/users/${user}/mailFolders/inbox/messages`;
    await add('two', 1, [file('a.txt'), file('b.txt')]);
    await add('none', 2, []);
    await add('inline', 3, [file('p.png', { contentType: 'image/png', isInline: true, contentId: 'p' })]);
    await add('link', 4, [{ kind: 'reference', name: 'x', sourceUrl: 'https://x.example/x', providerType: 'other' }]);
    await add(
      'many',
      5,
      Array.from({ length: 25 }, (_, n) => file(`${n}.txt`)),
    );
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('gives each message its attachments with their contents, inline ones too, in one request that is counted as such', async () => {
    // With a token at hand.
    await client.get(`${list}?$top=1`);
    await client.control('DELETE', '/stats');
    const { value } = (await ask(since)).body;
    const names = value.map((one: any) => one.attachments.map(({ name, contentBytes }: any) => [name, contentBytes]));
    expect(names.slice(0, 4)).toEqual([
      ['a.txt', 'b.txt'].map((name) => [name, base64(`words of ${name}`)]),
      [],
      [['p.png', base64('words of p.png')]],
      [['x', undefined]],
    ]);
    expect(value[0]).toHaveProperty('receivedDateTime', '2026-03-01T10:01:00Z');
    expect(value[0]).not.toHaveProperty('subject');
    expect((await client.control('GET', '/stats')).body).toMatchObject({ requests: 1, byKind: { 'messages.listWithAttachments': 1 } });
  });

  test('leaves out those that hasAttachments does not tell, where it filters as well', async () => {
    const { value } = (await ask(`${since} and hasAttachments eq true`)).body;
    expect(value.map(({ attachments }: any) => attachments.length)).toEqual([2, 1, 20]);
  });

  test('gives twenty at most, and no link to the rest; the list of the message’s own gives all', async () => {
    const many = (await ask(since)).body.value.at(-1);
    expect(many.attachments).toHaveLength(20);
    expect(Object.keys(many).filter((name) => name.includes('nextLink'))).toEqual([]);
    expect((await client.get(`/users/${user}/messages/${many.id}/attachments`)).body.value).toHaveLength(25);
  });

  test('fails as a whole where one message’s attachment cannot be opened', async () => {
    await client.control('POST', `/mailboxes/${user}/messages/${ids['two']}/fault`, { code: 'ErrorCannotOpenFileAttachment' });
    const { status, body } = await ask(since);
    expect([status, body.error.code]).toEqual([500, 'ErrorCannotOpenFileAttachment']);
  });
});
