import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

let microsoft: ScriptedMicrosoft;
let graph: Graph;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());
beforeEach(() => {
  ({ graph } = makeGraph(microsoft));
  return () => graph.close();
});

const link = (rest: string) => `${microsoft.origin}/v1.0${rest}`;
const page = (value: unknown[], more: object = {}): Reply => ({ body: { '@odata.context': 'x', value, ...more } });
const asked = () => microsoft.graphRequests.map(({ url }) => decodeURIComponent(url.replace('/v1.0', '')));
const user = { userId: 'u' };

test('users come 999 to a page, with what identifies a mailbox', async () => {
  const member = {
    id: 'u1',
    displayName: 'Anna',
    mail: null,
    userPrincipalName: 'anna@contoso.com',
    proxyAddresses: ['SMTP:anna@contoso.com'],
    userType: null,
  };
  const next = link('/users?$skiptoken=RFNwdAIAAQAAAC&$select=id');
  microsoft.script(page([member], { '@odata.nextLink': next }), page([{ id: 'u2' }]));
  const first = await graph.listUsers({ link: null }, {});
  expect(first).toEqual({ items: [member], next, malformed: [] });
  const second = await graph.listUsers({ link: first.next }, {});
  expect(second).toEqual({ items: [{ id: 'u2' }], next: null, malformed: [] });
  expect(asked()).toEqual([
    '/users?$select=id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled&$top=999',
    '/users?$skiptoken=RFNwdAIAAQAAAC&$select=id',
  ]);
});

test('a link goes over the wire exactly as Graph gave it', async () => {
  const odd = link(
    "/users('u')/mailFolders('AQMk%2BA%3D')/messages/delta?$skiptoken=a%2Bb&zeta=1&$select=id&zeta=2&$Filter=x%20eq%20y%26z&flag",
  );
  microsoft.script(page([], { '@odata.deltaLink': odd }));
  await graph.readMessageDelta({ userId: 'u', folderId: 'f', link: odd, pageSize: 5 }, {});
  expect(microsoft.origin + microsoft.graphRequests[0]!.url).toBe(odd);
});

test('a delta page tells whole, partial and removed items apart, and where to go on', async () => {
  const whole = {
    id: 'm1',
    subject: 'Plan',
    isRead: true,
    toRecipients: [],
    from: null,
    '@odata.etag': 'W/"x"',
    '@odata.type': '#microsoft.graph.message',
  };
  const partial = { id: 'm2', isRead: false, parentFolderId: 'f' };
  const next = link('/users/u/mailFolders/f/messages/delta?$skiptoken=1');
  const delta = link('/users/u/mailFolders/f/messages/delta?$deltatoken=2');
  microsoft.script(
    page([whole, partial, { id: 'm3', '@removed': { reason: 'deleted' } }], { '@odata.nextLink': next }),
    page([], { '@odata.deltaLink': delta }),
  );
  const first = await graph.readMessageDelta({ userId: 'u', folderId: 'f/1', link: null, pageSize: 200 }, {});
  expect(first.items).toEqual([
    { gone: false, item: whole },
    { gone: false, item: partial },
    { gone: true, id: 'm3' },
  ]);
  expect([first.next, first.delta]).toEqual([next, null]);
  const last = await graph.readMessageDelta({ userId: 'u', folderId: 'f/1', link: next, pageSize: 50 }, {});
  expect([last.items, last.next, last.delta]).toEqual([[], null, delta]);
  const [firstAsked, secondAsked] = microsoft.graphRequests;
  expect(firstAsked!.url).toMatch(
    /^\/v1\.0\/users\/u\/mailFolders\/f%2F1\/messages\/delta\?\$select=id,changeKey,parentFolderId,[\w,]*webLink,microsoft\.graph\.eventMessage\//,
  );
  expect(firstAsked!.headers.prefer).toBe('IdType="ImmutableId", odata.maxpagesize=200');
  expect(secondAsked!.headers.prefer).toBe('IdType="ImmutableId", odata.maxpagesize=50');
});

test('an item of unknown shape is named and holds up no other', async () => {
  const items = [
    { id: 'm1', subject: 'fine' },
    { id: 'm2', toRecipients: [{ emailAddress: { address: ['canary@contoso.com'] } }] },
    { id: 'm3', hasAttachments: 'canary' },
    { subject: 'canary' },
    { id: '', subject: 'x' },
    'canary',
    null,
    { '@removed': { reason: 'deleted' } },
    { id: 'm4' },
  ];
  microsoft.script(page(items, { '@odata.deltaLink': link('/d') }));
  const { items: read, malformed } = await graph.readMessageDelta({ userId: 'u', folderId: 'f', link: null, pageSize: 5 }, {});
  expect(read.map((one) => (one.gone ? one.id : one.item.id))).toEqual(['m1', 'm4']);
  expect(malformed.map(({ id }) => id)).toEqual(['m2', 'm3', null, null, null, null, null]);
  expect(malformed[0]!.reason).toMatch(/^toRecipients\/0\/emailAddress\/address must be/);
  expect(malformed[1]!.reason).toMatch(/^hasAttachments must be/);
  expect(JSON.stringify(malformed)).not.toContain('canary');
});

test.each([
  ['neither link', {}],
  ['both links', { '@odata.nextLink': 'n', '@odata.deltaLink': 'd' }],
  ['a link to another host', { '@odata.nextLink': 'https://evil.example/v1.0/users' }],
  ['a link that is no text', { '@odata.deltaLink': 7 }],
])('a delta page with %s is unreadable', async (_what, links) => {
  const own = Object.fromEntries(Object.entries(links).map(([name, value]) => [name, value === 'n' || value === 'd' ? link('/x') : value]));
  microsoft.script(page([], own));
  const reading = graph.readFolderDelta({ userId: 'u', link: null }, {});
  await expect(reading).rejects.toMatchObject({ name: 'GraphError', code: 'TrawlUnreadableAnswer', class: 'transient' });
});

test('a list that goes on at another host is unreadable, not ended', async () => {
  microsoft.script(page([], { '@odata.nextLink': 'https://evil.example/v1.0/users?$skiptoken=1' }));
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ code: 'TrawlUnreadableAnswer' });
});

test.each([[{ items: [] }], [[]], ['text'], [null], [{ value: {} }]])('an answer of unknown shape (%j) is unreadable', async (body) => {
  microsoft.script({ body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ code: 'TrawlUnreadableAnswer', class: 'transient' });
});

test('folders come from the delta of the whole tree, search folders by their type', async () => {
  const folder = { id: 'f1', displayName: 'Inbox', parentFolderId: 'root', totalItemCount: 3, isHidden: false };
  const search = { '@odata.type': '#microsoft.graph.mailSearchFolder', id: 'f2', displayName: 'Unread', parentFolderId: 'root' };
  microsoft.script(page([folder, search, { id: 'f3', '@removed': { reason: 'deleted' } }], { '@odata.deltaLink': link('/d') }));
  const read = await graph.readFolderDelta({ userId: 'u', link: null }, {});
  expect(read.items).toEqual([
    { gone: false, item: folder },
    { gone: false, item: search },
    { gone: true, id: 'f3' },
  ]);
  expect(asked()).toEqual(['/users/u/mailFolders/delta?$select=id,displayName,parentFolderId,totalItemCount,isHidden']);
  expect(microsoft.graphRequests[0]!.headers.prefer).toMatch(/^IdType="ImmutableId", odata\.maxpagesize=\d+$/);
});

test('probe, root, single folder, message and event ask for immutable ids', async () => {
  microsoft.script({ body: { id: 'x+/=' } });
  await graph.probeMailbox(user, {});
  expect(await graph.getRootFolderId(user, {})).toBe('x+/=');
  expect(await graph.getFolder({ ...user, folderId: 'f' }, {})).toEqual({ id: 'x+/=' });
  expect(await graph.getMessage({ ...user, messageId: 'AAMk+a/b=' }, {})).toEqual({ id: 'x+/=' });
  expect(await graph.getEvent({ ...user, eventId: 'e' }, {})).toEqual({ id: 'x+/=' });
  expect(microsoft.graphRequests.map(({ url }) => url.split('?')[0])).toEqual([
    '/v1.0/users/u/mailFolders/inbox',
    '/v1.0/users/u/mailFolders/msgfolderroot',
    '/v1.0/users/u/mailFolders/f',
    '/v1.0/users/u/messages/AAMk%2Ba%2Fb%3D',
    '/v1.0/users/u/events/e',
  ]);
  expect(microsoft.graphRequests.map(({ headers }) => headers.prefer)).toEqual(Array(5).fill('IdType="ImmutableId"'));
});

test('a single item of unknown shape is a malformed item', async () => {
  microsoft.script({ body: { id: 'm', subject: { canary: 1 } } });
  const reading = graph.getMessage({ ...user, messageId: 'm' }, {});
  await expect(reading).rejects.toMatchObject({
    code: 'TrawlMalformedItem',
    class: 'malformedItem',
    message: expect.not.stringContaining('canary'),
  });
});

test('a count is a number in plain text', async () => {
  microsoft.script({ body: '\uFEFF12345\r\n' });
  expect(await graph.countMessages({ ...user, folderId: 'f' }, {})).toBe(12_345);
  expect(asked()).toEqual(['/users/u/mailFolders/f/messages/$count']);
  expect(microsoft.graphRequests[0]!.headers).toMatchObject({ accept: 'text/plain', prefer: 'IdType="ImmutableId"' });
  for (const body of ['', 'many', '-1', '1.5', '{"value":3}']) {
    microsoft.script({ body });
    await expect(graph.countMessages({ ...user, folderId: 'f' }, {})).rejects.toMatchObject({ code: 'TrawlUnreadableAnswer' });
  }
});

const file = {
  '@odata.type': '#microsoft.graph.fileAttachment',
  id: 'a1=',
  name: 'plan.pdf',
  contentType: 'application/pdf',
  size: 5,
  isInline: false,
};
const attachmentsOf = { ...user, messageId: 'm', maxBytes: 1_000_000 };

test('attachments come as metadata with the content id, or with contents', async () => {
  microsoft.script(page([{ ...file, contentId: 'cid1' }]));
  expect(await graph.listAttachments({ ...attachmentsOf, withContent: false }, {})).toEqual([{ ...file, contentId: 'cid1' }]);
  microsoft.script(page([{ ...file, contentBytes: 'aGVsbG8=' }]));
  expect(await graph.listAttachments({ ...attachmentsOf, withContent: true }, {})).toEqual([{ ...file, contentBytes: 'aGVsbG8=' }]);
  expect(asked()).toEqual(['/users/u/messages/m/attachments']);
});

test('a service that does not know the content id is asked without it, and remembers', async () => {
  const refusal: Reply = { status: 400, body: { error: { code: 'RequestBroker--ParseUri', message: 'canary' } } };
  microsoft.script(refusal, page([file]));
  await graph.listAttachments({ ...attachmentsOf, withContent: false }, {});
  await graph.listAttachments({ ...attachmentsOf, withContent: false }, {});
  const base = '/users/u/messages/m/attachments?$select=id,name,contentType,size,isInline';
  expect(asked()).toEqual([`${base},microsoft.graph.fileAttachment/contentId`, base, base]);
});

test('attachments of several messages come in one list, whole ones alone', async () => {
  const range = { from: '2026-01-01T00:00:00Z', before: '2026-01-02T00:00:00Z', most: 6, maxBytes: 1_000_000 };
  const attached = (id: string, count: number, more: object = {}) => ({
    ...{ id, changeKey: `k-${id}`, receivedDateTime: '2026-01-01T01:00:00Z', ...more },
    attachments: Array.from({ length: count }, (_, n) => ({ ...file, id: `a${n}`, contentBytes: 'aGVsbG8=' })),
  });
  const value = [
    attached('m1', 19),
    attached('m2', 20),
    attached('m3', 0),
    attached('m4', 2, { 'attachments@odata.nextLink': link('/x') }),
  ];
  microsoft.script(page([...value, { id: 'm5' }, { ...attached('m6', 1), attachments: [{ id: 'a' }] }]));
  const { messages, bytes, more } = await graph.listWithAttachments({ ...user, folderId: 'f', ...range, attachedOnly: true }, {});
  expect(messages.map(({ id, attachments }) => [id, attachments?.length ?? null])).toEqual([
    ['m1', 19],
    ['m2', null],
    ['m3', null],
    ['m4', null],
  ]);
  expect(messages[0]).toMatchObject({ changeKey: 'k-m1', receivedDateTime: '2026-01-01T01:00:00Z' });
  expect(bytes).toBeGreaterThan(1_000);
  expect(more).toBe(false);
  expect(asked()[0]).toBe(
    '/users/u/mailFolders/f/messages?$select=id,changeKey,receivedDateTime&$expand=attachments' +
      '&$filter=receivedDateTime ge 2026-01-01T00:00:00Z and receivedDateTime lt 2026-01-02T00:00:00Z and hasAttachments eq true' +
      '&$orderby=receivedDateTime&$top=6',
  );
});

test('a list with attachments says whether more may stand behind it, and is not read past what may be', async () => {
  const range = { from: '2026-01-01T00:00:00Z', before: '2026-01-02T00:00:00Z', attachedOnly: false, maxBytes: 400 };
  const item = { id: 'm', attachments: [] };
  microsoft.script(
    page([item, item]),
    page([item], { '@odata.nextLink': link('/next') }),
    page([{ ...item, attachments: [{ ...file, contentBytes: 'x'.repeat(500) }] }]),
  );
  const ask = (most: number) => graph.listWithAttachments({ ...user, folderId: 'f', ...range, most }, {});
  expect([(await ask(2)).more, (await ask(9)).more]).toEqual([true, true]);
  await expect(ask(9)).rejects.toMatchObject({ name: 'AnswerTooLargeError', maxBytes: 400 });
  expect(asked()[0]).not.toContain('hasAttachments');
});

test('attachments on several pages come once each, within the bytes that may be read', async () => {
  const second = link('/users/u/messages/m/attachments?$skip=1');
  const both = () => [page([file], { '@odata.nextLink': second }), page([file, { ...file, id: 'a2' }])];
  microsoft.script(...both());
  const found = await graph.listAttachments({ ...attachmentsOf, withContent: true }, {});
  expect(found.map(({ id }) => id)).toEqual(['a1=', 'a2']);
  microsoft.script(...both());
  const tooMuch = graph.listAttachments({ ...attachmentsOf, withContent: true, maxBytes: 350 }, {});
  await expect(tooMuch).rejects.toMatchObject({ name: 'AnswerTooLargeError', code: 'TrawlAnswerTooLarge', class: 'malformedItem' });
});

test('an attachment is hashed as it comes', async () => {
  const chunk = Buffer.alloc(1_048_576, 'x');
  microsoft.script(async (response) => {
    response.writeHead(200, { 'Content-Type': 'application/pdf' });
    for (let sent = 0; sent < 8; sent += 1) {
      if (!response.write(chunk)) await new Promise<void>((resolve) => response.once('drain', () => resolve()));
    }
    response.end('end');
  });
  const expected = createHash('sha256')
    .update(Buffer.alloc(8 * 1_048_576, 'x'))
    .update('end')
    .digest('hex');
  expect(await graph.readAttachment({ ...user, messageId: 'm', attachmentId: 'a/1=' }, {})).toEqual({
    bytes: 8 * 1_048_576 + 3,
    sha256: expected,
    content: null,
  });
  expect(microsoft.graphRequests[0]!.url).toBe('/v1.0/users/u/messages/m/attachments/a%2F1%3D/$value');
});

test('an attachment is kept when it is no larger than asked', async () => {
  const read = async (keepBytes: number) => {
    microsoft.script({ body: 'words' });
    return (await graph.readAttachment({ ...user, messageId: 'm', attachmentId: 'a', keepBytes }, {})).content;
  };
  expect(Buffer.from((await read(5))!).toString()).toBe('words');
  expect(await read(4)).toBeNull();
});

test('beta tells where an attachment that is only a link leads', async () => {
  const told = { id: 'a', sourceUrl: 'https://contoso.sharepoint.com/x.docx', providerType: 'oneDriveBusiness' };
  microsoft.script({ body: { '@odata.type': '#microsoft.graph.referenceAttachment', ...told } });
  expect(await graph.getReference({ ...user, messageId: 'm', attachmentId: 'a' }, {})).toMatchObject(told);
  expect(microsoft.graphRequests[0]!.url).toBe('/beta/users/u/messages/m/attachments/a');
});

test('calendars of all groups come once each, over all pages', async () => {
  const own = { id: 'c1', name: 'Calendar', isDefaultCalendar: true, canEdit: true, owner: { name: 'Anna', address: 'anna@contoso.com' } };
  const answers: Record<string, Reply> = {
    '/v1.0/users/u/calendars': page([own], { '@odata.nextLink': link('/users/u/calendars?$skip=1') }),
    '/v1.0/users/u/calendars?$skip=1': page([{ id: 'c2', name: 'Second', owner: null }]),
    '/v1.0/users/u/calendarGroups': page([{ id: 'g/1' }, { id: 'g2' }]),
    '/v1.0/users/u/calendarGroups/g%2F1/calendars': page([own, { id: 'c2', name: 'Second again' }]),
    '/v1.0/users/u/calendarGroups/g2/calendars': page([{ id: 'c3' }]),
  };
  microsoft.script((response, request) => {
    const url = request.url!;
    const reply = answers[url] ?? answers[url.split('?')[0]!];
    response.end(JSON.stringify((reply as { body: unknown }).body));
  });
  const found = await graph.listCalendars(user, {});
  expect(found).toEqual([own, { id: 'c2', name: 'Second', owner: null }, { id: 'c3' }]);
});

test('events are listed whole, or as what tells a changed one', async () => {
  const event = {
    id: 'e1',
    changeKey: 'k',
    type: 'seriesMaster',
    start: { dateTime: '2026-03-01T09:00:00.0000000', timeZone: 'UTC' },
    recurrence: { pattern: {} },
  };
  const next = link('/users/u/calendars/c/events?$skip=10');
  microsoft.script(page([event, { id: 'e2', start: { dateTime: 'x' } }], { '@odata.nextLink': next }));
  const whole = await graph.listEvents({ ...user, calendarId: 'c', link: null, whole: true, pageSize: 10 }, {});
  expect(whole).toEqual({ items: [event], next, malformed: [{ id: 'e2', reason: expect.stringContaining('start') }] });
  await graph.listEvents({ ...user, calendarId: 'c', link: null, whole: false, pageSize: 500 }, {});
  expect(asked()[0]).toMatch(/^\/users\/u\/calendars\/c\/events\?\$select=id,changeKey,iCalUId,[\w,]+&\$top=10$/);
  expect(asked()[1]).toBe('/users/u/calendars/c/events?$select=id,changeKey,type,sensitivity&$top=500');
  expect(microsoft.graphRequests[1]!.headers.prefer).toBe('IdType="ImmutableId", odata.maxpagesize=500');
});

test('a short list that never ends is given up', async () => {
  microsoft.script(page([], { '@odata.nextLink': link('/users/u/messages/m/attachments?$skip=1') }));
  await expect(graph.listAttachments({ ...attachmentsOf, withContent: true }, {})).rejects.toMatchObject({ code: 'TrawlUnreadableAnswer' });
  expect(microsoft.graphRequests.length).toBeLessThanOrEqual(100);
});

test('a stored link of another host is refused before anything is sent', async () => {
  microsoft.script(page([]));
  const foreign = 'https://evil.example/v1.0/users/u/mailFolders/f/messages/delta?$skiptoken=1';
  await expect(graph.readMessageDelta({ userId: 'u', folderId: 'f', link: foreign, pageSize: 5 }, {})).rejects.toMatchObject({
    code: 'TrawlForeignLink',
    class: 'resync',
    message: 'readMessageDelta failed with TrawlForeignLink',
  });
  expect(microsoft.graphRequests).toEqual([]);
});

test('what meetings have beyond messages is asked for with them, and no more where it is refused', async () => {
  const refused: Reply = { status: 400, body: { error: { code: 'ExpandNotSupported', message: 'no' } } };
  const delta = { '@odata.deltaLink': link('/d') };
  microsoft.script(refused, page([{ id: 'm1' }], delta), page([], delta), { body: { id: 'm2' } });
  const ask = { userId: 'u', folderId: 'f', link: null, pageSize: 5 };
  expect((await graph.readMessageDelta(ask, {})).items).toHaveLength(1);
  await graph.readMessageDelta(ask, {});
  await graph.getMessage({ userId: 'u', messageId: 'm2' }, {});
  const meetings = asked().map((url) => url.includes('eventMessage/event(') && url.includes('eventMessage/startDateTime'));
  expect(meetings).toEqual([true, false, false, true]);
});
