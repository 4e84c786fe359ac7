import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { followCrawl, type FollowedCrawl } from '../support/followed-crawl.ts';
import { waitFor } from '../support/wait-for.ts';
import { fullestMailbox } from '../support/tenant.ts';

const eml = (headers: string[], body = 'Words') => [...headers, 'MIME-Version: 1.0', '', body].join('\r\n');
const fromTo = ['From: "Ada" <ada@partner.example>', 'To: "Bo" <bo@partner.example>', 'Date: Mon, 02 Mar 2026 10:00:00 +0000'];

const html = '<p>See <a href="https://files.partner.example/plan?id=7">the plan</a> or http://plain.partner.example/x.</p>';

const mails = {
  full: eml(
    [
      ...fromTo,
      'Cc: cc@partner.example',
      'Bcc: bcc@partner.example',
      'Reply-To: answers@partner.example',
      'Sender: "Secretary" <office@partner.example>',
      'Subject: Full of fields',
      'Message-ID: <full@partner.example>',
      'In-Reply-To: <before@partner.example>',
      'References: <first@partner.example> <before@partner.example>',
      'Importance: high',
      'Sensitivity: Private',
      'Content-Type: text/html; charset=utf-8',
    ],
    html,
  ),
  signed: eml(
    [...fromTo, 'Subject: Signed', 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b'],
    [
      '--b\r\nContent-Type: text/plain\r\n\r\nSigned words\r\n--b',
      'Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment; filename=smime.p7s',
      'Content-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--b--\r\n',
    ].join('\r\n'),
  ),
  rights: eml(
    [...fromTo, 'Subject: Protected', 'Content-Type: multipart/mixed; boundary=b'],
    [
      '--b\r\nContent-Type: text/plain\r\n\r\nOpen it in Outlook\r\n--b',
      'Content-Type: application/octet-stream; name=message.rpmsg\r\nContent-Disposition: attachment; filename=message.rpmsg',
      'Content-Transfer-Encoding: base64\r\n\r\ndugE\r\n--b--\r\n',
    ].join('\r\n'),
  ),
  pgp: eml([...fromTo, 'Subject: Armour'], '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n-----END PGP MESSAGE-----'),
};

let crawl: FollowedCrawl;
const ids: Record<string, string> = {};
const uid = 'meeting-with-an-event';

beforeAll(async () => {
  crawl = await followCrawl({
    seed: 'fields',
    async before({ tenant }) {
      const box = await fullestMailbox(tenant);
      const add = (body: object) => tenant.control<{ id: string }>('POST', `/mailboxes/${box}/messages`, body);
      for (const [name, mail] of Object.entries(mails)) ids[name] = (await add({ folder: 'inbox', eml: mail })).id;
      const times = { start: '2026-04-01T09:00:00Z', end: '2026-04-01T10:00:00Z', location: 'Room 7' };
      ids['request'] = (await add({ folder: 'inbox', subject: 'Come', meeting: { kind: 'request', uid, ...times } })).id;
      ids['cancelled'] = (await add({ folder: 'inbox', subject: 'Canceled', meeting: { kind: 'cancelled', uid, ...times } })).id;
      ids['declined'] = (await add({ folder: 'inbox', subject: 'Declined', meeting: { kind: 'declined', uid, ...times } })).id;
      ids['chat'] = (await add({ folder: 'inbox', subject: 'IM', body: 'A copy of a chat' })).id;
    },
  });
});
afterAll(() => crawl?.stop());

const stored = (name: string) => crawl.document(ids[name]!);

describe('a stored message', () => {
  test('has its ids, people, headers, links and marks', async () => {
    const document = await stored('full');
    expect(document).toMatchObject({
      internetMessageId: '<full@partner.example>',
      inReplyTo: '<before@partner.example>',
      references: ['<first@partner.example>', '<before@partner.example>'],
      from: { name: 'Ada', address: 'ada@partner.example' },
      to: [{ name: 'Bo', address: 'bo@partner.example' }],
      cc: [{ address: 'cc@partner.example' }],
      replyTo: [{ address: 'answers@partner.example' }],
      subject: 'Full of fields',
      importance: 'high',
      sensitivity: 'private',
      inferenceClassification: expect.any(String),
      readReceiptRequested: false,
      flag: 'notFlagged',
      flagDueAt: null,
      draft: false,
      links: ['https://files.partner.example/plan?id=7', 'http://plain.partner.example/x'],
      headersTruncated: false,
      protection: [],
    });
    expect(document.conversationId).toEqual(expect.any(String));
    expect(document.conversationIndex).toEqual(expect.any(String));
    expect(document.webLink).toMatch(/^https:\/\//);
    expect(document.headers!.map(({ name }) => name.toLowerCase())).toContain('in-reply-to');
  });

  test('keeps its headers through a change that tells a part of it', async () => {
    const before = await stored('full');
    await crawl.change('PATCH', `/messages/${ids['full']}`, { isRead: !before.read, flagged: true });
    await crawl.nextCycle();
    const { headers, references, links, sensitivity } = before;
    expect(await stored('full')).toMatchObject({ headers, references, links, sensitivity, flag: 'flagged', read: !before.read });
  });

  test('is found by where its links lead, and is answered with its fields', async () => {
    const { client } = crawl.organisation;
    const found = () => client.call<{ items: { id: string }[] }>('GET', '/v1/documents?q=%22files.partner.example%22&limit=200');
    const { items } = await waitFor('the index to have the link', async () => {
      const answer = await found();
      return answer.items.some(({ id }) => id.endsWith(ids['full']!)) ? answer : null;
    });
    const { id } = items.find((item) => item.id.endsWith(ids['full']!))!;
    const answer = await client.call<Record<string, unknown>>('GET', `/v1/documents/${encodeURIComponent(id)}`);
    expect(answer).toMatchObject({
      links: ['https://files.partner.example/plan?id=7', 'http://plain.partner.example/x'],
      inReplyTo: '<before@partner.example>',
      size: { of: 'parts', bytes: (answer['body'] as { bytes: number }).bytes },
      mime: null,
    });
  });

  test('says what encryption and signatures were seen, and where', async () => {
    expect((await stored('signed')).protection).toEqual([{ kind: 'smimeSigned', seenIn: 'header' }]);
    expect((await stored('signed')).attachmentProtection).toEqual([{ kind: 'smimeSigned', seenIn: 'attachment' }]);
    expect((await stored('rights')).attachmentProtection).toEqual([{ kind: 'rightsProtected', seenIn: 'attachment' }]);
    expect((await stored('pgp')).protection).toEqual([{ kind: 'pgpEncrypted', seenIn: 'body' }]);
    expect(await stored('full')).not.toHaveProperty('attachmentProtection');
  });

  test('that is a copy of a chat is a message like others', async () => {
    expect(await stored('chat')).toMatchObject({ kind: 'message', subject: 'IM', text: 'A copy of a chat', removal: null });
  });

  test('about a meeting has times, place, kind and answer, and says that the mailbox has no event of it', async () => {
    const times = { startAt: new Date('2026-04-01T09:00:00Z'), endAt: new Date('2026-04-01T10:00:00Z'), location: 'Room 7' };
    expect((await stored('request')).meeting).toMatchObject({
      type: 'meetingRequest',
      requestType: 'newMeetingRequest',
      ...times,
      event: null,
    });
    expect((await stored('cancelled')).meeting).toMatchObject({ type: 'meetingCancelled', ...times });
    expect((await stored('declined')).meeting).toMatchObject({ type: 'meetingDeclined', responseType: 'declined', event: null });
    expect(await stored('full')).not.toHaveProperty('meeting');
  });

  test('about a meeting whose event is there names the event, its uid and its organiser', async () => {
    const documents = crawl.organisation.db.collection<StoredDocument>('documents');
    const told = { kind: 'message' as const, 'meeting.event.graphId': { $type: 'string' as const } };
    const message = await documents.findOne({ sourceId: crawl.sourceId, ...told });
    const { graphId, iCalUId, organizer } = message!.meeting!.event!;
    const event = await documents.findOne({ mailboxId: message!.mailboxId, graphId, kind: 'event' });
    expect(event).toMatchObject({ iCalUId, organizer, removal: null });
  });
});

describe('every document', () => {
  test('names its source, dataset, country, mailbox and crawl, and when it was first and last seen', async () => {
    const { db, datasetId } = crawl.organisation;
    const documents = db.collection<StoredDocument>('documents');
    const mailboxIds = await db.collection('mailboxes').distinct('mailboxId', { sourceId: crawl.sourceId });
    const owned = {
      sourceId: crawl.sourceId,
      datasetId,
      country: 'DE',
      crawlId: crawl.crawlId,
      mailboxId: { $in: mailboxIds },
      firstSeenAt: { $type: 'date' as const },
      lastSeenAt: { $type: 'date' as const },
      $expr: { $lte: ['$firstSeenAt', '$lastSeenAt'] },
    };
    for (const kind of ['message', 'event', 'attachment'] as const) {
      const all = await documents.countDocuments({ kind });
      expect(all, kind).toBeGreaterThan(2);
      expect(await documents.countDocuments({ kind, ...owned } as never), kind).toBe(all);
    }
    expect(await documents.countDocuments({ kind: { $ne: 'attachment' }, webLink: { $not: /^https:/ } })).toBe(0);
  });
});
