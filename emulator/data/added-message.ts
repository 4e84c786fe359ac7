import type { Blobs } from './blobs.ts';
import type { StoredAttachment, StoredMessage } from './changes.ts';
import { parseEml } from './folder/eml-message.ts';
import type { AttachmentContent, MessageContent } from './model.ts';
import { openStoredAttachment } from './stored-attachment.ts';
import { hash32 } from './random.ts';

/** Messages that came by control or by Graph: read from the journal's fields, or parsed from their MIME once. */
export interface AddedMessages {
  /** Parses what needs parsing, so that `contentOf` can answer at once. Throws when the MIME cannot be read. */
  prepare(message: Pick<StoredMessage, 'blob' | 'receivedMs' | 'attachments'>): Promise<void>;
  contentOf(message: StoredMessage): MessageContent;
}

export function createAddedMessages(blobs: Blobs): AddedMessages {
  const parsed = new Map<string, MessageContent>();
  return {
    prepare: async (message) => {
      const items = (message.attachments ?? []).filter(({ kind }) => kind === 'item').map(({ blob }) => blob);
      for (const blob of [...(message.blob === undefined ? [] : [message.blob]), ...items]) {
        if (!parsed.has(blob)) parsed.set(blob, await parseEml(blobs.get(blob), { receivedMs: message.receivedMs }));
      }
    },
    contentOf: (message) => {
      const itemOf = (blob: string): MessageContent => {
        const content = parsed.get(blob);
        if (!content) throw new Error(`The message ${blob} was not prepared`);
        return content;
      };
      const attachmentOf = (stored: StoredAttachment) => openStoredAttachment(stored, { blobs, itemOf });
      const content =
        message.blob === undefined
          ? contentOfFields(message, (message.attachments ?? []).map(attachmentOf))
          : { ...itemOf(message.blob), receivedMs: message.receivedMs, isRead: message.isRead };
      return { ...content, ...message.words, ...(message.meeting ? { meeting: message.meeting } : {}) };
    },
  };
}

function contentOfFields(message: StoredMessage, attachments: readonly AttachmentContent[]): MessageContent {
  const subject = message.subject ?? '';
  const from = message.from ?? null;
  const conversation = message.conversation ?? subject.replace(/^((re|fw|aw|wg):\s*)+/i, '');
  return {
    ...{ subject, from, sender: from, to: message.to ?? [], cc: message.cc ?? [], bcc: [], replyTo: [] },
    body: message.body ?? { contentType: 'text', content: '' },
    internetMessageId: `<${hash32(`${subject}${message.receivedMs}`).toString(16)}.${message.receivedMs}@added.example>`,
    ...{
      conversation,
      sentMs: message.receivedMs,
      receivedMs: message.receivedMs,
      isRead: message.isRead,
      isDraft: message.isDraft ?? false,
    },
    ...{ flagged: false, importance: 'normal', categories: [], headers: [], attachments },
  };
}
