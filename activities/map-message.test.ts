import { describe, expect, it } from 'vitest';
import { wholeMessage } from '../graph/operations/message-query.ts';
import { mapMessage } from './map-message.ts';
import { htmlToText } from './html-text.ts';

const whole = {
  id: 'AAMk=',
  subject: 'Plan',
  body: { contentType: 'html', content: '<p>Hello <b>you</b></p><script>no()</script>' },
  lastModifiedDateTime: '2026-01-02T03:04:05Z',
  hasAttachments: false,
  isRead: true,
  toRecipients: [{ emailAddress: { name: 'Bo', address: 'bo@example.org' } }, {}],
  receivedDateTime: 'not a date',
  flag: { flagStatus: 'flagged' },
};

describe('mapping a message', () => {
  it('takes every told field, and leaves out what was not told', () => {
    const write = mapMessage(whole);
    expect(write).toMatchObject({ whole: true, attachmentsKey: null, lastModifiedAt: new Date('2026-01-02T03:04:05Z') });
    expect(write.content).toMatchObject({
      subject: 'Plan',
      text: 'Hello you',
      flag: 'flagged',
      read: true,
      to: [{ name: 'Bo', address: 'bo@example.org' }],
    });
    expect(write.content).not.toHaveProperty('cc');
    expect(write.content.receivedAt).toBeNull();
  });

  it('knows a partial update, and does not touch the attachments then', () => {
    const write = mapMessage({ id: 'x', isRead: false, parentFolderId: 'f' });
    expect(write).toMatchObject({ whole: false, content: { read: false } });
    expect(write.attachmentsKey).toBeUndefined();
  });

  it('asks for attachments when only inline images hang on it', () => {
    const write = mapMessage({ ...whole, body: { contentType: 'html', content: '<img src="cid:1">' } });
    expect(write.attachmentsKey).toEqual(expect.any(String));
  });

  it('changes the attachments key with the body, not with the read state', () => {
    const one = mapMessage({ ...whole, hasAttachments: true });
    expect(mapMessage({ ...whole, hasAttachments: true, isRead: false }).attachmentsKey).toBe(one.attachmentsKey);
    expect(mapMessage({ ...whole, hasAttachments: true, body: { contentType: 'text', content: 'other' } }).attachmentsKey).not.toBe(
      one.attachmentsKey,
    );
  });

  it('changes the attachments key of a draft with whatever changed: files may be added and taken away while it is one', () => {
    const draft = { ...whole, hasAttachments: true, isDraft: true };
    const keyOf = (changeKey: string, isDraft: boolean) => mapMessage({ ...draft, changeKey, isDraft }).attachmentsKey;
    expect(keyOf('2', true)).not.toBe(keyOf('1', true));
    expect(keyOf('2', false)).toBe(keyOf('1', false));
  });

  it('changes the content hash with each field that is asked for, but for those that are kept beside the content', () => {
    const beside = ['id', 'parentFolderId', 'lastModifiedDateTime'];
    const asked = wholeMessage.$select.split(',').map((name) => name.split('/').at(-1)!);
    const told = { ...whole, meetingMessageType: 'meetingRequest', startDateTime: { dateTime: '2026-01-01T10:00:00', timeZone: 'UTC' } };
    const { contentHash } = mapMessage(told);
    const people = [{ emailAddress: { name: 'Al', address: 'al@example.org' } }];
    const others: Record<string, unknown> = {
      ...{ toRecipients: people, ccRecipients: people, bccRecipients: people, replyTo: people, categories: ['x'] },
      ...{ flag: null, internetMessageHeaders: [{ name: 'x', value: 'y' }] },
      ...{ body: { contentType: 'text', content: 'Hello you' }, location: { displayName: 'x' }, isAllDay: true, isOutOfDate: true },
      ...{ startDateTime: null, endDateTime: told.startDateTime },
    };
    const same = asked.filter(
      (field) => mapMessage({ ...told, [field]: field in others ? others[field] : 'x' }).contentHash === contentHash,
    );
    expect(same).toEqual(beside);
  });

  it('cuts text at a megabyte without breaking a character', () => {
    const { content } = mapMessage({ ...whole, body: { contentType: 'text', content: 'ä'.repeat(700_000) } });
    expect(content.textTruncated).toBe(true);
    expect(Buffer.byteLength(content.text ?? '')).toBeLessThanOrEqual(1024 * 1024);
    expect(content.text?.endsWith('ä')).toBe(true);
    expect(content.body?.bytes).toBe(1_400_000);
  });
});

describe('text of HTML', () => {
  it('keeps paragraphs, drops scripts and styles, and survives deep nesting', () => {
    expect(htmlToText('<style>a{}</style><p>One</p><p>Two &amp; three</p>')).toBe('One\n\nTwo & three');
    expect(htmlToText(`${'<div>'.repeat(50_000)}deep`)).toBe('deep');
  });
});

describe('what a message says beyond its words', () => {
  const headers = [
    { name: 'Received', value: 'from a by b' },
    { name: 'In-Reply-To', value: ' <one@a.example> ' },
    { name: 'References', value: '<zero@a.example> <one@a.example>' },
    { name: 'Sensitivity', value: 'Company-Confidential' },
  ];

  it('is read of its headers, once', () => {
    const { content } = mapMessage({ ...whole, internetMessageHeaders: headers });
    expect(content).toMatchObject({
      headers,
      headersTruncated: false,
      inReplyTo: '<one@a.example>',
      references: ['<zero@a.example>', '<one@a.example>'],
      sensitivity: 'confidential',
      protection: [],
    });
  });

  it('is left as it was when headers were not told', () => {
    const { content } = mapMessage({ id: 'x', isRead: true });
    for (const field of ['headers', 'inReplyTo', 'references', 'sensitivity', 'protection', 'links', 'meeting', 'flag'])
      expect(content).not.toHaveProperty(field);
  });

  it('is bounded, and says when headers were cut, without missing what stands behind', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ name: `X-${n}`, value: 'v' }));
    const { content } = mapMessage({ ...whole, internetMessageHeaders: [...many, ...headers] });
    expect(content.headers).toHaveLength(250);
    expect(content).toMatchObject({ headersTruncated: true, inReplyTo: '<one@a.example>' });
    const long = mapMessage({ ...whole, internetMessageHeaders: [{ name: 'X-Long', value: 'x'.repeat(5_000) }] }).content;
    expect(long.headers![0]!.value).toHaveLength(4_096);
    expect(long.headersTruncated).toBe(true);
  });

  it('has the dates of its flag, what was asked of the reader, and how Outlook sorted it', () => {
    const at = (day: number) => ({ dateTime: `2026-03-0${day}T00:00:00.0000000`, timeZone: 'UTC' });
    const flag = { flagStatus: 'complete', startDateTime: at(1), dueDateTime: at(2), completedDateTime: at(3) };
    const asked = { isReadReceiptRequested: true, isDeliveryReceiptRequested: false, inferenceClassification: 'other' };
    expect(mapMessage({ ...whole, ...asked, flag }).content).toMatchObject({
      flag: 'complete',
      flagStartAt: new Date('2026-03-01T00:00:00Z'),
      flagDueAt: new Date('2026-03-02T00:00:00Z'),
      flagCompletedAt: new Date('2026-03-03T00:00:00Z'),
      readReceiptRequested: true,
      deliveryReceiptRequested: false,
      inferenceClassification: 'other',
    });
  });

  it('leads to each address once, in anchors and in the text', () => {
    const content =
      '<a href="https://a.example/x?y=1&amp;z=2">here</a> and (https://b.example/path), https://a.example/x?y=1&amp;z=2. <a href="mailto:a@b.example">m</a>';
    expect(mapMessage({ ...whole, body: { contentType: 'html', content } }).content).toMatchObject({
      links: ['https://a.example/x?y=1&z=2', 'https://b.example/path'],
      linksTruncated: false,
    });
    const many = Array.from({ length: 300 }, (_, n) => `http://h.example/${n}`).join(' ');
    const bounded = mapMessage({ ...whole, body: { contentType: 'text', content: many } }).content;
    expect(bounded.links).toHaveLength(200);
    expect(bounded.linksTruncated).toBe(true);
  });

  it.each([
    ['a signature of S/MIME', 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256', 'smimeSigned'],
    ['encryption of S/MIME', 'application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', 'smimeEncrypted'],
    ['an opaque signature', 'application/x-pkcs7-mime; smime-type=signed-data', 'smimeSigned'],
    ['S/MIME that says no more', 'application/pkcs7-mime; name=smime.p7m', 'smime'],
    ['a signature of PGP', 'multipart/signed; protocol="application/pgp-signature"', 'pgpSigned'],
    ['encryption of PGP', 'multipart/encrypted; protocol="application/pgp-encrypted"', 'pgpEncrypted'],
    ['rights management', 'rpmsg.message', 'rightsProtected'],
  ])('shows %s in its headers', (_what, value, kind) => {
    const name = value.startsWith('rpmsg') ? 'Content-Class' : 'Content-Type';
    const { content } = mapMessage({ ...whole, internetMessageHeaders: [{ name, value }] });
    expect(content.protection).toEqual([{ kind, seenIn: 'header' }]);
  });

  it('shows the armour of PGP in its body, and claims nothing of a body that only speaks of it', () => {
    const body = (content: string) => ({ ...whole, internetMessageHeaders: [], body: { contentType: 'text', content } });
    expect(mapMessage(body('-----BEGIN PGP MESSAGE-----\nhQEMA')).content.protection).toEqual([{ kind: 'pgpEncrypted', seenIn: 'body' }]);
    expect(mapMessage(body('-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512')).content.protection).toEqual([
      { kind: 'pgpSigned', seenIn: 'body' },
    ]);
    expect(mapMessage(body('We should encrypt with PGP or S/MIME.')).content.protection).toEqual([]);
  });

  it('has the meeting that it is about, with its event, without one, or without a word of it', () => {
    const at = (hour: number) => ({ dateTime: `2026-03-01T${hour}:00:00.0000000`, timeZone: 'UTC' });
    const meeting = {
      meetingMessageType: 'meetingRequest',
      startDateTime: at(10),
      endDateTime: at(11),
      location: { displayName: 'Room 1' },
    };
    const event = { id: 'e1', iCalUId: 'uid', organizer: { emailAddress: { name: 'Bo', address: 'bo@example.org' } } };
    const meetingOf = (more: object) => mapMessage({ ...whole, ...meeting, ...more }).content.meeting;
    expect(meetingOf({ event })).toMatchObject({
      type: 'meetingRequest',
      startAt: new Date('2026-03-01T10:00:00Z'),
      endAt: new Date('2026-03-01T11:00:00Z'),
      location: 'Room 1',
      event: { graphId: 'e1', iCalUId: 'uid', organizer: { name: 'Bo', address: 'bo@example.org' } },
    });
    expect(meetingOf({ event: null })).toMatchObject({ event: null });
    expect(meetingOf({})).not.toHaveProperty('event');
    expect(mapMessage(whole).content).not.toHaveProperty('meeting');
  });
});
