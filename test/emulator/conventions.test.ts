import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, readTruth, startEmulator, type TestEmulator } from './support.ts';

describe('Graph’s conventions', () => {
  let client: TestEmulator;
  let user: string;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 60 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('an answer carries the service’s headers and echoes the client’s id', async () => {
    const { headers } = await client.get('/domains', { headers: { 'client-request-id': 'my-own-id' } });
    expect(headers).toMatchObject({
      'client-request-id': 'my-own-id',
      'odata-version': '4.0',
      'strict-transport-security': 'max-age=31536000',
    });
    expect(headers['content-type']).toContain('odata.metadata=minimal');
    expect(JSON.parse(String(headers['x-ms-ags-diagnostic'])).ServerInfo.DataCenter).toBe('West Europe');
  });

  test('an error has code, message, ids and a date without offset', async () => {
    const { body, headers } = await client.get(`/users/${user}/nothing`);
    expect(body.error).toMatchObject({ code: 'BadRequest', message: "Resource not found for the segment 'nothing'." });
    expect(body.error.innerError['request-id']).toBe(headers['request-id']);
    expect(body.error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  });

  test('users are paged by skiptoken, selected, filtered and counted as advanced queries demand', async () => {
    const listed = await readAll(client, '/users?$top=2&$select=id,mail,userType,proxyAddresses');
    expect(listed.value).toHaveLength(9);
    expect(Object.keys(listed.value[0]).toSorted()).toEqual(['id', 'mail', 'proxyAddresses', 'userType']);
    const filter = "$filter=userType ne 'Guest'";
    expect((await client.get(`/users?${filter}`)).body.error.code).toBe('Request_UnsupportedQuery');
    const eventual = { headers: { consistencylevel: 'eventual' } };
    const members = await client.get(`/users?${filter}&$count=true`, eventual);
    expect([members.body['@odata.count'], members.body.value.length]).toEqual([8, 8]);
    const domain = await client.get(`/users?$filter=endsWith(mail,'@partner.example')&$count=true`, eventual);
    expect(domain.body.value).toHaveLength(1);
    const any = await client.get(`/users?$filter=proxyAddresses/any(p:p eq 'SMTP:${listed.value[0].mail}')`);
    expect(any.body.value).toMatchObject([{ id: listed.value[0].id }]);
    expect((await client.get('/users?$select=mailboxSettings')).status).toBe(501);
    for (const query of ['$skip=1', '$top=1000', '$filter=nonsense eq 1', '$filter=(mail eq', '$count=true']) {
      expect([query, (await client.get(`/users?${query}`)).status]).toEqual([query, 400]);
    }
  });

  test('a message list sorts and filters within Exchange’s rules', async () => {
    const base = `/users/${user}/mailFolders/inbox/messages`;
    const oldest = await client.get(`${base}?$orderby=receivedDateTime asc&$top=2&$select=receivedDateTime`);
    expect(oldest.body.value[0].receivedDateTime <= oldest.body.value[1].receivedDateTime).toBe(true);
    const since = oldest.body.value[1].receivedDateTime;
    const sorted = await readAll(
      client,
      `${base}?$filter=receivedDateTime ge ${since}&$orderby=receivedDateTime desc&$select=subject&$top=9`,
    );
    const counted = await client.get(`${base}/$count?$filter=receivedDateTime ge ${since}`);
    expect(String(sorted.value.length)).toBe(counted.body);
    expect((await client.get(`${base}?$filter=isRead eq false&$orderby=receivedDateTime desc`)).body.error.code).toBe('InefficientFilter');
    expect((await client.get(`${base}?$top=1001`)).status).toBe(400);
    const unread = await readAll(client, `${base}?$filter=isRead eq false&$select=isRead`);
    const inbox = (await client.get(`/users/${user}/mailFolders/inbox`)).body;
    expect(unread.value).toHaveLength(inbox.unreadItemCount);
    const search = (await client.get(`/users/${user}/mailFolders?$top=50`)).body.value.find((folder: any) => folder['@odata.type']);
    const found = await readAll(client, `/users/${user}/mailFolders/${search.id}/messages?$select=isRead`);
    expect(found.value.map((message) => message.id)).toEqual(unread.value.map((message) => message.id));
  });

  test('all messages of a mailbox come as one list, newest first, and page without loss', async () => {
    const { value } = await readAll(client, `/users/${user}/messages?$top=13&$select=receivedDateTime`);
    const dates = value.map((message) => message.receivedDateTime);
    expect(dates).toEqual(dates.toSorted().toReversed());
    const messages = (await readTruth(client, `?mailbox=${user}`)).filter((line) => line.kind === 'message');
    expect(value.map((message) => message.id).toSorted()).toEqual(messages.map((line) => line.id).toSorted());
  });

  test('bodies come as HTML or as text, MIME comes whole', async () => {
    const list = await readAll(client, `/users/${user}/messages?$top=50&$select=body,subject,internetMessageId`);
    expect(new Set(list.value.map((message) => message.body.contentType))).toEqual(new Set(['html']));
    const [message] = list.value;
    const text = await client.get(`/users/${user}/messages/${message.id}`, {
      prefer: 'outlook.body-content-type="text", IdType="ImmutableId"',
    });
    expect([text.body.body.contentType, /<p>/.test(text.body.body.content)]).toEqual(['text', false]);
    expect(text.headers['preference-applied']).toContain('outlook.body-content-type="text"');
    const mime = await client.get(`/users/${user}/messages/${message.id}/$value`);
    expect(mime.body).toContain(`Message-ID: ${message.internetMessageId}`);
  });

  test('ids are refused by what is wrong with them', async () => {
    const other = client.emulator.world.users()[1]!.id;
    const { value } = (await client.get(`/users/${user}/messages?$top=1`)).body;
    const codes = await Promise.all(
      [
        `/users/${user}/messages/AAAA`,
        `/users/${other}/messages/${value[0].id}`,
        `/users/${user}/messages/${value[0].id.replace(/.(.{5})$/, 'x$1')}`,
      ].map(async (path) => (await client.get(path)).body.error.code),
    );
    expect(codes).toEqual(['ErrorInvalidIdMalformed', 'ErrorInvalidMailboxItemId', 'ErrorInvalidIdMalformed']);
  });

  test('requests made of noise are answered with 4xx, never with a crash', async () => {
    const parts = [
      'users',
      user,
      'mailFolders',
      'inbox',
      'messages',
      'delta',
      '$count',
      '%00',
      '%',
      "('x')",
      '..',
      'events',
      '$value',
      '',
      'ä',
      '%ff',
    ];
    const queries = [
      '$top=-1',
      '$top=x',
      '$skip=99999999999',
      '$filter=((((',
      "$filter=contains(subject,'",
      '$select=,',
      '$select=%00',
      '$skiptoken=x',
      '$orderby=;',
      '%24%24=1',
      '%',
      '$expand=all',
    ];
    for (let seed = 0; seed < 300; seed++) {
      const draw = (step: number) => (seed * 2_654_435_761 + step * 40_503) >>> 7;
      const path = Array.from({ length: 1 + (draw(1) % 6) }, (_, step) => parts[draw(step + 2) % parts.length]).join('/');
      const answer = await client.get(
        `/${seed % 2 ? path : `users/${user}/mailFolders/inbox/messages`}?${queries[draw(9) % queries.length]}`,
      );
      expect([path, answer.status < 500]).toEqual([path, true]);
    }
  });
});
