import type { Blobs } from './blobs.ts';
import type { StoredMessage } from './changes.ts';
import { parseEml } from './folder/eml-message.ts';
import type { FileAttachmentContent, MessageContent } from './model.ts';
import { hash32 } from './random.ts';

/** Messages that came by control or by Graph: read from the journal's fields, or parsed from their MIME once. */
export interface AddedMessages {
  /** Parses what needs parsing, so that `contentOf` can answer at once. Throws when the MIME cannot be read. */
  prepare(message: StoredMessage): Promise<void>;
  contentOf(message: StoredMessage): MessageContent;
}

export function createAddedMessages(blobs: Blobs): AddedMessages {
  const parsed = new Map<string, MessageContent>();
  return {
    prepare: async (message) => {
      if (message.blob === undefined || parsed.has(message.blob)) return;
      parsed.set(message.blob, await parseEml(blobs.get(message.blob), { receivedMs: message.receivedMs }));
    },
    contentOf: (message) => {
      if (message.blob === undefined) return contentOfFields(message, blobs);
      const content = parsed.get(message.blob);
      if (!content) throw new Error(`The message ${message.blob} was not prepared`);
      return { ...content, receivedMs: message.receivedMs, isRead: message.isRead };
    },
  };
}

function contentOfFields(message: StoredMessage, blobs: Blobs): MessageContent {
  const subject = message.subject ?? '';
  const from = message.from ?? null;
  const conversation = message.conversation ?? subject.replace(/^((re|fw|aw|wg):\s*)+/i, '');
  const attachments = (message.attachments ?? []).map(({ blob, ...attachment }): FileAttachmentContent => ({
    kind: 'file',
    ...attachment,
    bytes: () => blobs.get(blob),
  }));
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
