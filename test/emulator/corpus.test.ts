import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { readMailbox, readTruth, startEmulator, type TestEmulator } from './support.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');

function organisation(folder: string, changes: object = {}): void {
  const users = [
    { upn: 'ann@files.example', displayName: 'Ann', aliases: ['a@files.example'] },
    { upn: 'bob@files.example', displayName: 'Bob' },
  ];
  const shares = [{ owner: 'ann@files.example', calendar: 'Calendar', with: ['bob@files.example'] }];
  const file = { version: 1, tenant: { name: 'Files', domains: ['files.example', 'files.onmicrosoft.com'] }, users, shares, ...changes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify(file));
}

describe.skipIf(!existsSync(CORPUS))('an organisation of real, hostile mails and calendars (beside the checkout)', () => {
  let client: TestEmulator;
  let folder: string;
  const mails = existsSync(CORPUS) ? readdirSync(join(CORPUS, 'mail')) : [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trawl-organisation-'));
    organisation(folder);
    cpSync(join(CORPUS, 'mail'), join(folder, 'mailboxes/ann@files.example/Inbox/Odd %2F mails'), { recursive: true });
    cpSync(join(CORPUS, 'calendar'), join(folder, 'mailboxes/ann@files.example/calendars'), { recursive: true });
    client = await startEmulator({ organisation: await loadOrganisation(folder) });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('serves every mail and every calendar, or names it as left out', async () => {
    const { problems } = (await client.control('GET', '/problems')).body;
    const left = problems.filter((problem: any) => problem.outcome === 'left out');
    const truth = await readTruth(client);
    const messages = truth.filter((line) => line.kind === 'message');
    expect(messages.length + left.filter((problem: any) => problem.file.endsWith('.eml')).length).toBe(mails.length);
    expect(messages.length).toBeGreaterThanOrEqual(mails.length - 1);
    expect(new Set(messages.map((line) => line.folderPath))).toEqual(new Set(['Inbox/Odd / mails']));
    const [ann] = client.emulator.world.users();
    const found = await readMailbox(client, { id: ann!.id, mail: ann!.mail });
    expect(truth.filter((line) => !found.has(line.id))).toEqual([]);
    expect(found.size).toBe(truth.length);
  });

  test('gives the subject and sender that another parser reads', async () => {
    const truth = await readTruth(client);
    const byReceived = new Map<string, number>();
    const key = (subject: string, sender: string) => `${subject.replaceAll(/\s+/g, ' ').trim()}\n${sender.toLowerCase()}`;
    for (const line of truth.filter((entry) => entry.kind === 'message')) {
      const name = key(line.subject, line.sender ?? '');
      byReceived.set(name, (byReceived.get(name) ?? 0) + 1);
    }
    let same = 0;
    for (const mail of mails) {
      const bytes = readFileSync(join(CORPUS, 'mail', mail));
      const parsed = await simpleParser(
        bytes.subarray(0, 5).toString('latin1') === 'From ' ? bytes.subarray(bytes.indexOf(10) + 1) : bytes,
      );
      if (byReceived.has(key(parsed.subject ?? '', parsed.from?.value[0]?.address ?? ''))) same++;
    }
    expect(same / mails.length).toBeGreaterThan(0.9);
  });

  test('shows a shared calendar in the colleague’s list under its owner, with other event ids', async () => {
    const [ann, bob] = client.emulator.world.users();
    const calendars = (await client.get(`/users/${bob!.id}/calendars?$top=500`)).body.value;
    expect(calendars.filter((calendar: any) => calendar.isDefaultCalendar)).toHaveLength(1);
    const hasDefault = existsSync(join(folder, 'mailboxes/ann@files.example/calendars/Calendar.ics'));
    expect(calendars.some((calendar: any) => calendar.owner.address === ann!.mail)).toBe(hasDefault);
  });
});

describe('an organisation of files', () => {
  const folder = temporaryFolder();

  test('serves mails with their settings, attachments and attached mails, and names what is broken', async () => {
    organisation(folder);
    const box = join(folder, 'mailboxes/ann@files.example');
    mkdirSync(join(box, 'Sent Items'), { recursive: true });
    mkdirSync(join(box, 'calendars'), { recursive: true });
    mkdirSync(join(folder, 'mailboxes/nobody@files.example/Inbox'), { recursive: true });
    writeFileSync(
      join(box, 'Sent Items/one.eml'),
      'From: Ann <ann@files.example>\r\nTo: b@files.example\r\nSubject: Gr\u00fc\u00dfe\r\nDate: Mon, 2 Jun 2025 10:00:00 +0200\r\n\r\nHello\r\n',
    );
    writeFileSync(
      join(box, 'Sent Items/one.eml.json'),
      JSON.stringify({ isRead: false, flag: true, categories: ['Red'], receivedDateTime: '2025-06-02T09:00:00Z' }),
    );
    const nested = 'From: c@files.example\nSubject: Inner\n\nInner words\n';
    const multipart = `Subject: Outer\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nOuter\n--b\nContent-Type: message/rfc822\n\n${nested}\n--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nfile\n--b--\n`;
    writeFileSync(join(box, 'Sent Items/two.eml'), multipart);
    const zone =
      'BEGIN:VTIMEZONE\nTZID:Berlin\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n';
    const event =
      'BEGIN:VEVENT\nUID:1\nSUMMARY:Weekly\nDTSTART;TZID=Berlin:20250106T090000\nDTEND;TZID=Berlin:20250106T093000\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5\nEND:VEVENT\n';
    writeFileSync(join(box, 'calendars/Calendar.ics'), `BEGIN:VCALENDAR\nVERSION:2.0\n${zone}${event}END:VCALENDAR\n`);
    writeFileSync(join(box, 'calendars/Broken.ics'), 'nothing');
    const client = await startEmulator({ organisation: await loadOrganisation(folder) });
    const [ann, bob] = client.emulator.world.users();
    const { value } = (await client.get(`/users/a@files.example/mailFolders/sentitems/messages?$filter=flag/flagStatus eq 'flagged'`)).body;
    expect(value).toMatchObject([
      {
        subject: 'Grüße',
        isRead: false,
        categories: ['Red'],
        receivedDateTime: '2025-06-02T09:00:00Z',
        sentDateTime: '2025-06-02T08:00:00Z',
      },
    ]);
    const truth = await readTruth(client);
    expect(
      truth
        .filter((line) => line.kind === 'attachment')
        .map((line) => line.subject)
        .toSorted(),
    ).toEqual(['Inner', 'a.txt']);
    const events = (await client.get(`/users/${ann!.id}/events`)).body.value;
    expect(events).toMatchObject([
      {
        type: 'seriesMaster',
        start: { dateTime: '2025-01-06T08:00:00.0000000' },
        recurrence: { pattern: { type: 'weekly', daysOfWeek: ['monday'] }, range: { numberOfOccurrences: 5 } },
      },
    ]);
    const shared = (await client.get(`/users/${bob!.id}/calendars`)).body.value.find((calendar: any) => !calendar.isDefaultCalendar);
    expect(shared).toMatchObject({ owner: { address: 'ann@files.example' }, canEdit: false });
    const sharedEvents = (await client.get(`/users/${bob!.id}/calendars/${shared.id}/events`)).body.value;
    expect([sharedEvents[0].subject, sharedEvents[0].id === events[0].id]).toEqual(['Weekly', false]);
    const { problems } = (await client.control('GET', '/problems')).body;
    expect(problems.map((problem: any) => problem.file).toSorted()).toEqual([
      'mailboxes/ann@files.example/calendars/Broken.ics',
      'mailboxes/nobody@files.example',
    ]);
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('is refused with every wrong field of organisation.json named', async () => {
    const wrong = mkdtempSync(join(tmpdir(), 'trawl-organisation-'));
    organisation(wrong, { version: 2, users: [{ upn: 'no-at-sign', class: 'robot' }] });
    await expect(loadOrganisation(wrong)).rejects.toThrow(/\/version.*\/users\/0\/upn.*\/users\/0\/class/s);
    rmSync(wrong, { recursive: true, force: true });
    await expect(loadOrganisation(wrong)).rejects.toThrow('has no organisation.json');
  });
});
