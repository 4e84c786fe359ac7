import { describe, expect, it } from 'vitest';
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
