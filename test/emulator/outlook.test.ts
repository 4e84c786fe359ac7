import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from './support.ts';
import { IMMUTABLE, startWriter, type Writer } from './write-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the smaller Outlook resources', () => {
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

  const get = async (path: string) => (await client.get(`${me}${path}`)).body;
  const codeOf = async (reply: Promise<{ status: number; body: any }>) => {
    const { status, body } = await reply;
    return [status, body.error?.code];
  };

  test('mailbox settings are changed in part, read one by one and kept over a new start', async () => {
    expect((await get('/mailboxSettings')).userPurpose).toBe('user');
    const changes = {
      timeZone: 'W. Europe Standard Time',
      language: { locale: 'de-DE' },
      automaticRepliesSetting: { status: 'AlwaysEnabled', internalReplyMessage: 'Away' },
      workingHours: { startTime: '07:00:00' },
    };
    const reply = await client.write('PATCH', `${me}/mailboxSettings`, changes);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ timeZone: 'W. Europe Standard Time', language: { displayName: 'German (Germany)' } });
    await client.stop();
    client = await startWriter({ dataDir });
    const settings = await get('/mailboxSettings');
    expect(settings.automaticRepliesSetting).toMatchObject({
      status: 'alwaysEnabled',
      externalAudience: 'all',
      internalReplyMessage: 'Away',
    });
    expect(settings.workingHours).toMatchObject({ startTime: '07:00:00.0000000', endTime: '17:00:00.0000000' });
    expect((await get('/mailboxSettings/timeZone')).value).toBe('W. Europe Standard Time');
    expect((await get('/mailboxSettings/language')).locale).toBe('de-DE');
    const bad = (body: object) => codeOf(client.write('PATCH', `${me}/mailboxSettings`, body));
    expect(await bad({ timeZone: 'Mars' })).toEqual([400, 'TimeZoneNotSupportedException']);
    expect(await bad({ workingHours: { startTime: '25:00:00' } })).toEqual([400, 'RequestBodyRead']);
    expect(await bad({ colour: 1 })).toEqual([400, 'RequestBodyRead']);
    expect(await bad({ automaticRepliesSetting: 'off' })).toEqual([400, 'RequestBodyRead']);
  });

  test('mail tips tell of automatic replies and of unknown recipients', async () => {
    const EmailAddresses = [client.people[0].mail, 'nobody@contoso.example', 'a@partner.example'];
    const reply = await client.write('POST', `${me}/getMailTips`, { EmailAddresses, MailTipsOptions: 'automaticReplies, recipientScope' });
    expect(reply.status).toBe(200);
    expect(reply.body.value).toMatchObject([
      { automaticReplies: { message: 'Away' }, recipientScope: 'internal' },
      { error: { code: 'ErrorRecipientNotFound' } },
      { recipientScope: 'external' },
    ]);
    expect(await codeOf(client.write('POST', `${me}/getMailTips`, { EmailAddresses, MailTipsOptions: 'weather' }))).toEqual([
      400,
      'RequestBodyRead',
    ]);
  });

  test('scheduled replies go by the clock of their zone, and a full mailbox says so', async () => {
    const tips = async () =>
      (await client.write('POST', `${me}/getMailTips`, { EmailAddresses: [client.people[0].mail] })).body.value[0] as Record<string, any>;
    const inTokyo = (hours: number) => {
      const wall = new Date(client.emulator.world.clock.nowMs() + (9 + hours) * 3_600_000);
      return { dateTime: wall.toISOString().slice(0, 19), timeZone: 'Tokyo Standard Time' };
    };
    const away = async (from: number, to: number) => {
      const times = { scheduledStartDateTime: inTokyo(from), scheduledEndDateTime: inTokyo(to) };
      const automaticRepliesSetting = { status: 'scheduled', internalReplyMessage: 'On leave', ...times };
      expect((await client.write('PATCH', `${me}/mailboxSettings`, { automaticRepliesSetting })).status).toBe(200);
      return (await tips())['automaticReplies'].message as string;
    };
    expect([await away(-1, 1), await away(-10, -8), await away(1, 2)]).toEqual(['On leave', '', '']);
    const { id } = client.people[0];
    expect((await tips())['mailboxFull']).toBe(false);
    await client.control('PATCH', `/mailboxes/${id}`, { overQuota: true });
    expect((await tips())['mailboxFull']).toBe(true);
    await client.control('PATCH', `/mailboxes/${id}`, { overQuota: false });
  });

  test('categories have unique names; only their colour changes', async () => {
    const path = `${me}/outlook/masterCategories`;
    expect((await get('/outlook/masterCategories')).value).toHaveLength(6);
    const made = await client.write('POST', path, { displayName: 'Project', color: 'preset9' });
    expect([made.status, made.body.color]).toEqual([201, 'preset9']);
    expect(await codeOf(client.write('POST', path, { displayName: 'project' }))).toEqual([409, 'CategoryNameDuplicate']);
    expect(await codeOf(client.write('POST', path, { displayName: 'x', color: 'pink' }))).toEqual([400, 'RequestBodyRead']);
    const changed = await client.write('PATCH', `${path}/${made.body.id}`, { color: 'preset2' });
    expect(changed.body).toMatchObject({ id: made.body.id, color: 'preset2' });
    expect(await codeOf(client.write('PATCH', `${path}/${made.body.id}`, { displayName: 'Y' }))).toEqual([400, 'ErrorInvalidPropertySet']);
    expect((await client.write('DELETE', `${path}/${made.body.id}`)).status).toBe(204);
    expect((await client.get(`${path}/${made.body.id}`)).status).toBe(404);
  });

  test('time zones come in Windows’ and in IANA’s names, languages as locales', async () => {
    const windows = (await get('/outlook/supportedTimeZones')).value;
    expect(windows).toContainEqual({ alias: 'Pacific Standard Time', displayName: '(UTC-08:00) Pacific Time (US & Canada)' });
    expect((await get('/outlook/supportedTimeZones()')).value).toEqual(windows);
    const iana = await get("/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')");
    expect(iana.value).toContainEqual({ alias: 'Europe/Berlin', displayName: 'Europe/Berlin' });
    expect((await get('/outlook/supportedLanguages()')).value).toContainEqual({ locale: 'en-US', displayName: 'English (United States)' });
    expect((await client.get(`${me}/outlook/supportedTimeZones(TimeZoneStandard='Mars')`)).status).toBe(400);
    expect((await client.get(`${me}/outlook/nothing`)).status).toBe(400);
  });

  test('rules are made for the Inbox, changed and taken out', async () => {
    const path = `${me}/mailFolders/inbox/messageRules`;
    const rule = {
      ...{ displayName: 'From partner', sequence: 2, isEnabled: true },
      conditions: { senderContains: ['adele'] },
      actions: { forwardTo: [{ emailAddress: { address: 'a@b.example' } }], stopProcessingRules: true },
    };
    const made = await client.write('POST', path, rule);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      displayName: 'From partner',
      hasError: false,
      isReadOnly: false,
      conditions: { senderContains: ['adele'] },
    });
    expect((await get('/mailFolders/inbox/messageRules')).value).toHaveLength(1);
    const id = encodeURIComponent(made.body.id);
    const changed = await client.write('PATCH', `${path}/${id}`, { sequence: 1, actions: { moveToFolder: 'archive' } });
    expect(changed.body).toMatchObject({ sequence: 1, actions: { moveToFolder: 'archive' } });
    expect(await codeOf(client.write('POST', path, { displayName: 'x', sequence: 1 }))).toEqual([400, 'ErrorRequiredPropertyMissing']);
    expect(await codeOf(client.write('POST', path, { ...rule, actions: { explode: true } }))).toEqual([400, 'RequestBodyRead']);
    expect((await client.write('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
  });

  test('ids are translated between all kinds and back; what is no id gets its own error', async () => {
    const changing = (await client.get(`${me}/messages?$top=3`, { prefer: '' })).body.value.map(({ id }: { id: string }) => id) as string[];
    const immutable = (await client.get(`${me}/messages?$top=3`)).body.value.map(({ id }: { id: string }) => id) as string[];
    const translate = (inputIds: string[], sourceIdType: string, targetIdType: string) =>
      client.write('POST', `${me}/translateExchangeIds`, { inputIds, sourceIdType, targetIdType });
    const targets = async (...of: Parameters<typeof translate>) =>
      (await translate(...of)).body.value.map(({ targetId }: any) => targetId) as string[];
    expect(await targets(changing, 'restId', 'restImmutableEntryId')).toEqual(immutable);
    expect(await targets(immutable, 'restImmutableEntryId', 'restId')).toEqual(changing);
    for (const kind of ['entryId', 'ewsId']) {
      const there = await targets(changing, 'restId', kind);
      if (kind === 'entryId') expect(there).not.toEqual(changing);
      expect(await targets(there, kind, 'restId')).toEqual(changing);
    }
    const entries = await targets(changing, 'restId', 'immutableEntryId');
    expect(await targets(entries, 'immutableEntryId', 'restImmutableEntryId')).toEqual(immutable);
    const mixed = (await translate([changing[0]!, 'nonsense'], 'restId', 'restImmutableEntryId')).body.value;
    expect(mixed[0].targetId).toBe(immutable[0]);
    expect(mixed[1]).toMatchObject({ sourceId: 'nonsense', errorDetails: { code: 'ErrorInvalidIdMalformed' } });
    expect(
      (
        await translate(
          Array.from({ length: 1_001 }, () => 'x'),
          'restId',
          'ewsId',
        )
      ).status,
    ).toBe(400);
    expect(await codeOf(translate(changing, 'restId', 'number'))).toEqual([400, 'RequestBodyRead']);
  });

  test('contacts are made, found, changed and deleted, and their delta tells it', async () => {
    const first = await readAll(client, `${me}/contacts/delta`);
    let { deltaLink } = first;
    const make = (fields: object) => client.write('POST', `${me}/contacts`, fields, { prefer: IMMUTABLE });
    const pavel = await make({
      givenName: 'Pavel',
      surname: 'Bansky',
      emailAddresses: [{ address: 'pavelb@fabrikam.example', name: 'Pavel' }],
    });
    expect(pavel.status).toBe(201);
    expect(pavel.body).toMatchObject({ displayName: 'Pavel Bansky', fileAs: 'Bansky, Pavel', businessPhones: [] });
    const round = async () => {
      const read = await readAll(client, deltaLink);
      ({ deltaLink } = read);
      return read.value;
    };
    expect(await round()).toMatchObject([{ id: pavel.body.id, displayName: 'Pavel Bansky' }]);
    const found = await get("/contacts?$filter=emailAddresses/any(a:a/address eq 'pavelb@fabrikam.example')&$select=displayName");
    expect(found.value).toEqual([{ '@odata.etag': pavel.body['@odata.etag'], id: pavel.body.id, displayName: 'Pavel Bansky' }]);
    const changed = await client.write(
      'PATCH',
      `${me}/contacts/${pavel.body.id}`,
      { jobTitle: 'Head' },
      { headers: { 'if-match': pavel.body['@odata.etag'] } },
    );
    expect(changed.body).toMatchObject({ jobTitle: 'Head', surname: 'Bansky' });
    const stale = client.write(
      'PATCH',
      `${me}/contacts/${pavel.body.id}`,
      { jobTitle: 'x' },
      { headers: { 'if-match': pavel.body['@odata.etag'] } },
    );
    expect(await codeOf(stale)).toEqual([412, 'ErrorIrresolvableConflict']);
    expect(await round()).toMatchObject([{ id: pavel.body.id, jobTitle: 'Head' }]);
    expect((await client.write('DELETE', `${me}/contacts/${pavel.body.id}`)).status).toBe(204);
    expect(await round()).toMatchObject([{ id: pavel.body.id, '@removed': { reason: 'deleted' } }]);
    for (let number = 0; number < 12; number++) await make({ displayName: `Contact ${number}` });
    const pages = await readAll(client, `${me}/contacts/delta`, { prefer: 'odata.maxpagesize=5' });
    expect(pages.value).toHaveLength(first.value.length + 12);
    expect((await get('/contacts?$top=4&$orderby=displayName desc')).value[0].displayName).toBe('Contact 9');
    expect((await client.get(`${me}/contacts/delta?$deltatoken=garbage`)).body.error.code).toBe('SyncStateInvalid');
    expect(await codeOf(make({ shoeSize: 44 }))).toEqual([400, 'RequestBodyRead']);
  });

  test('contact folders hold contacts and folders of their own', async () => {
    const { deltaLink } = await readAll(client, `${me}/contactFolders/delta`);
    const folder = await client.write('POST', `${me}/contactFolders`, { displayName: 'Suppliers' });
    expect(folder.status).toBe(201);
    expect(await codeOf(client.write('POST', `${me}/contactFolders`, { displayName: 'suppliers' }))).toEqual([409, 'ErrorFolderExists']);
    const child = await client.write('POST', `${me}/contactFolders/${folder.body.id}/childFolders`, { displayName: 'Old' });
    expect(child.body.parentFolderId).toBe(folder.body.id);
    const contact = await client.write(
      'POST',
      `${me}/contactFolders/${folder.body.id}/contacts`,
      { displayName: 'Ann' },
      { prefer: IMMUTABLE },
    );
    expect(contact.body.parentFolderId).toBe(folder.body.id);
    expect((await get(`/contactFolders/${folder.body.id}/contacts`)).value.map(({ id }: any) => id)).toEqual([contact.body.id]);
    expect((await get('/contactFolders/contacts')).displayName).toBe('Contacts');
    const changed = (await readAll(client, deltaLink)).value;
    expect(changed.map(({ displayName }) => displayName)).toEqual(['Suppliers', 'Old']);
    expect((await client.write('DELETE', `${me}/contactFolders/${folder.body.id}`)).status).toBe(204);
    expect((await client.get(`${me}/contacts/${contact.body.id}`)).status).toBe(404);
    expect(await codeOf(client.write('DELETE', `${me}/contactFolders/contacts`))).toEqual([400, 'ErrorDeleteDistinguishedFolder']);
  });

  test('each needs its permission', async () => {
    const token = await client.personToken(client.people[0].id, ['User.Read']);
    for (const path of [
      '/mailboxSettings',
      '/outlook/masterCategories',
      '/contacts',
      '/contactFolders/delta',
      '/mailFolders/inbox/messageRules',
    ]) {
      const reply = await client.get(`/me${path}`, { token });
      expect([path, reply.status, reply.body.error.code]).toEqual([path, 403, 'ErrorAccessDenied']);
    }
    expect((await client.get('/me/outlook', { token })).status).toBe(200);
  });
});
