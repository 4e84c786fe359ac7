import type { Blobs } from './blobs.ts';
import type { StoredAttachment, StoredMessage } from './changes.ts';
import { parseEml } from './folder/eml-message.ts';
import type { AttachmentContent, MessageContent } from './model.ts';
import { hash32 } from './random.ts';

/** Messages that came by control or by Graph: read from the journal's fields, or parsed from their MIME once. */
export interface AddedMessages {
  /** Parses what needs parsing, so that `contentOf` can answer at once. Throws when the MIME cannot be read. */
  prepare(message: Pick<StoredMessage, 'blob' | 'attachments'> & { readonly receivedMs?: number }): Promise<void>;
  contentOf(message: StoredMessage): MessageContent;
}

export function createAddedMessages(blobs: Blobs): AddedMessages {
  const parsed = new Map<string, MessageContent>();
  const prepare: AddedMessages['prepare'] = async (message) => {
    for (const attachment of message.attachments ?? []) if (attachment.kind === 'item') await prepare(attachment.message);
    if (message.blob === undefined || parsed.has(message.blob)) return;
    parsed.set(
      message.blob,
      await parseEml(blobs.get(message.blob), message.receivedMs === undefined ? {} : { receivedMs: message.receivedMs }),
    );
  };
  const contentOf = (message: StoredMessage): MessageContent => {
    const { blob, attachments, ...fields } = message;
    const given = attachments && { attachments: attachments.map(attachmentOf) };
    if (blob === undefined) return { ...defaultsOf(message), ...fields, ...given };
    const content = parsed.get(blob);
    if (!content) throw new Error(`The message ${blob} was not prepared`);
    return { ...content, ...fields, ...given };
  };
  const attachmentOf = (stored: StoredAttachment): AttachmentContent => {
    if (stored.kind === 'item') return { ...stored, message: contentOf(stored.message) };
    if (stored.kind === 'reference') return stored;
    const { blob, ...attachment } = stored;
    return { ...attachment, kind: 'file', bytes: () => blobs.get(blob) };
  };
  return { prepare, contentOf };
}

function defaultsOf(message: StoredMessage): MessageContent {
  const subject = message.subject ?? '';
  const from = message.from ?? null;
  const { receivedMs, isRead } = message;
  return {
    ...{ subject, from, sender: from, to: [], cc: [], bcc: [], replyTo: [] },
    body: { contentType: 'text', content: '' },
    internetMessageId: `<${hash32(`${subject}${receivedMs}`).toString(16)}.${receivedMs}@added.example>`,
    conversation: subject.replace(/^((re|fw|aw|wg):\s*)+/i, ''),
    ...{ sentMs: receivedMs, receivedMs, isRead, isDraft: false },
    ...{ flagged: false, importance: 'normal', categories: [], headers: [], attachments: [] },
  };
}
