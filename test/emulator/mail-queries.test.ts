import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

describe('a list of messages', () => {
  let client: TestEmulator;
  let user: string;
  const inbox = () => `/users/${user}/mailFolders/inbox/messages`;
  const code = async (path: string) => {
    const { status, body } = await client.get(path);
    return [status, body.error?.code];
  };
  const add = async (fields: object) => (await client.control('POST', `/mailboxes/${user}/messages`, fields)).body;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 80 } });
    user = client.emulator.world.users()[0]!.id;
    await add({ subject: 'Zebra crossing', from: { name: 'Zoe', address: 'zoe@partner.example' }, body: 'the quick brown fox' });
    await add({ subject: 'Aardvark', from: { name: 'Anna', address: 'anna@partner.example' }, body: 'lazy dogs sleep' });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('is filtered by the documented properties', async () => {
    const all = (await readAll(client, `${inbox()}?$top=100`)).value;
    const cases: [string, (message: any) => boolean][] = [
      ['isRead eq false', (message) => !message.isRead],
      ["from/emailAddress/address eq 'zoe@partner.example'", (message) => message.from?.emailAddress.address === 'zoe@partner.example'],
      ['hasAttachments eq true', (message) => message.hasAttachments],
      ["startswith(subject, 'zebra')", (message) => /^zebra/i.test(message.subject)],
      ["contains(subject, 'vark')", (message) => /vark/i.test(message.subject)],
      [
        "importance eq 'high' or categories/any(c: c eq 'Red category')",
        (m) => m.importance === 'high' || m.categories.includes('Red category'),
      ],
      [`conversationId eq '${all[0].conversationId}'`, (message) => message.conversationId === all[0].conversationId],
      [`internetMessageId eq '${all[3].internetMessageId}'`, (message) => message.internetMessageId === all[3].internetMessageId],
      [`sentDateTime ge ${all[5].sentDateTime}`, (message) => message.sentDateTime >= all[5].sentDateTime],
      [
        `receivedDateTime lt ${all[5].receivedDateTime} and isRead eq true`,
        (m) => m.receivedDateTime < all[5].receivedDateTime && m.isRead,
      ],
    ];
    for (const [filter, passes] of cases) {
      const found = (await readAll(client, `${inbox()}?$top=7&$select=id&$filter=${encodeURIComponent(filter)}`)).value;
      expect(
        found.map(({ id }) => id),
        filter,
      ).toEqual(all.filter(passes).map(({ id }) => id));
      const counted = await client.get(`${inbox()}/$count?$filter=${encodeURIComponent(filter)}`);
      expect(Number(counted.body), filter).toBe(found.length);
    }
  });

  test('refuses what Exchange refuses, in its words', async () => {
    expect(await code(`${inbox()}?$filter=isRead eq false&$orderby=receivedDateTime desc`)).toEqual([400, 'InefficientFilter']);
    expect(await code(`${inbox()}?$filter=isRead eq false and receivedDateTime ge 2000-01-01&$orderby=receivedDateTime`)).toEqual([
      400,
      'InefficientFilter',
    ]);
    expect(await code(`${inbox()}?$filter=receivedDateTime ge 2000-01-01 and isRead eq false&$orderby=receivedDateTime,isRead`)).toEqual([
      200,
      undefined,
    ]);
    expect(await code(`${inbox()}?$filter=receivedDateTime ge 2000-01-01 and isRead eq false&$orderby=isRead,receivedDateTime`)).toEqual([
      400,
      'InefficientFilter',
    ]);
    expect(await code(`${inbox()}?$filter=endswith(subject,'x')`)).toEqual([400, 'ErrorInvalidUrlQueryFilter']);
    expect(await code(`${inbox()}?$filter=toRecipients/any(r: r/emailAddress/address eq 'x')`)).toEqual([
      400,
      'ErrorInvalidUrlQueryFilter',
    ]);
    expect(await code(`${inbox()}?$filter=receivedDateTime ge 5`)).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await code(`${inbox()}?$search="fox"&$filter=isRead eq true`)).toEqual([400, 'SearchWithFilter']);
    expect(await code(`${inbox()}?$search="fox"&$orderby=subject`)).toEqual([400, 'SearchWithOrderBy']);
    expect(await code(`${inbox()}?$search=from:zoe`)).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await code(`${inbox()}?$orderby=nonsense`)).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await code(`${inbox()}?$orderby=toRecipients`)).toEqual([400, 'ErrorInvalidProperty']);
    expect(await code(`${inbox()}?$expand=nonsense`)).toEqual([400, 'RequestBroker--ParseUri']);
    expect(await code(`${inbox()}?$select=startDateTime`)).toEqual([400, 'RequestBroker--ParseUri']);
  });

  test('is sorted by one property or several, and paged in that order', async () => {
    const bySubject = (await readAll(client, `${inbox()}?$top=9&$orderby=subject&$select=subject`)).value.map(({ subject }) =>
      subject.toLowerCase(),
    );
    expect(bySubject).toEqual(bySubject.toSorted((a: string, b: string) => (a < b ? -1 : 1)));
    const oldest = (await readAll(client, `${inbox()}?$top=9&$orderby=receivedDateTime`)).value.map(
      ({ receivedDateTime }) => receivedDateTime,
    );
    expect(oldest).toEqual(oldest.toSorted());
    const two = (await readAll(client, `${inbox()}?$top=9&$orderby=isRead,receivedDateTime desc&$select=isRead,receivedDateTime`)).value;
    const key = (message: any) => [Number(message.isRead), -Date.parse(message.receivedDateTime)] as const;
    expect(two).toEqual(two.toSorted((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1]));
  });

  test('is searched by words, properties and operators', async () => {
    const found = async (query: string) =>
      (await client.get(`${inbox()}?$select=subject&$search=${encodeURIComponent(query)}`)).body.value.map(({ subject }: any) => subject);
    expect(await found('"fox"')).toEqual(['Zebra crossing']);
    expect(await found('"quick brown"')).toEqual(['Zebra crossing']);
    expect(await found('"from:zoe"')).toEqual(['Zebra crossing']);
    expect(await found('"subject:aardvark OR subject:zebra"')).toHaveLength(2);
    expect(await found('"subject:zebra NOT body:fox"')).toEqual([]);
    expect(await found('"body:\\"lazy dogs\\""')).toEqual(['Aardvark']);
  });

  test('gives the extended properties that were asked for', async () => {
    const asked = ['Integer 0x0E08', 'String 0x1035', 'String 0x007D', 'String {00020386-0000-0000-C000-000000000046} Name X-None'];
    const filter = asked.map((id) => `id eq '${id}'`).join(' or ');
    const { value } = (await client.get(`${inbox()}?$top=1&$expand=singleValueExtendedProperties($filter=${encodeURIComponent(filter)})`))
      .body;
    const found = Object.fromEntries(value[0].singleValueExtendedProperties.map(({ id, value: text }: any) => [id, text]));
    expect(Object.keys(found)).toEqual(['Integer 0xe08', 'String 0x1035', 'String 0x7d']);
    expect(Number(found['Integer 0xe08'])).toBeGreaterThan(0);
    expect(found['String 0x1035']).toBe(value[0].internetMessageId);
    expect(await code(`${inbox()}?$expand=singleValueExtendedProperties($filter=id eq 'rubbish')`)).toEqual([
      400,
      'ErrorInvalidUrlQueryFilter',
    ]);
  });

  test('gives a reader with Mail.ReadBasic neither bodies nor attachments nor search', async () => {
    const token = await client.personToken(user, ['Mail.ReadBasic']);
    const { value } = (await client.get(`${inbox()}?$top=1`, { token })).body;
    expect(value[0].subject).toBeTypeOf('string');
    for (const name of ['body', 'bodyPreview', 'uniqueBody']) expect(value[0]).not.toHaveProperty(name);
    const message = `/users/${user}/messages/${value[0].id}`;
    const refused = [
      `${inbox()}?$select=body`,
      `${inbox()}?$search="fox"`,
      `${inbox()}?$expand=attachments`,
      `${message}/attachments`,
      `${message}/$value`,
    ];
    for (const path of refused) expect((await client.get(path, { token })).body.error.code, path).toBe('ErrorAccessDenied');
    const delta = (await client.get(`${inbox()}/delta`, { token })).body.value;
    expect(delta[0]).not.toHaveProperty('body');
  });

  test('survives hostile queries without a failure of its own', async () => {
    const queries = [
      `$filter=${'('.repeat(3_000)}`, `$expand=attachments(${'$expand=item('.repeat(60)}`, `$search="${'('.repeat(90)}"`, '$search=""', '$skip=99999999999',
      '$skiptoken=j99', '$skiptoken=zzz', '$top=0', '$orderby=,', "$filter=__proto__ eq 'x'", '$filter=constructor/name eq null', '$select=__proto__', '$expand=,',
      `$search="received>=99999 size:abc constructor:x"`, '$filter=singleValueExtendedProperties/any(p: p/id eq 5)',
    ]; // prettier-ignore
    for (const query of queries) expect((await client.get(`${inbox()}?${query}`)).status, query).toBeLessThan(500);
  });
});
