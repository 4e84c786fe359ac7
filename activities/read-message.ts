import { GraphError } from '../graph/graph-error.ts';
import type { GraphMessage } from '../graph/types.ts';
import type { DocumentUpsert, DocumentWrite, SkipWrite } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapMessage } from './map-message.ts';
import { isTooOld } from './received-from.ts';
import { retrying } from './retrying.ts';

/** What a page writes. */
export interface Writes {
  documents: DocumentWrite[];
  skips: SkipWrite[];
}

/** What one message gave: it, or what could be read of it with a skip, or neither when it is gone or left out by policy. */
export interface ReadMessage {
  write: DocumentUpsert | null;
  skip: SkipWrite | null;
  /** The folder that it is in now; null when it is gone or cannot be read at all. */
  folderId: string | null;
  gone: boolean;
}

const missingWords = 'The message cannot be read whole: its body, people, categories and attachments are missing';
const unreadWords = 'The message cannot be read, neither in its list nor singly';

/** What was told of a message without its content, as a document that lacks it. What is stored from better days stays. */
function envelopeOf(mailbox: MailboxWork, { message, code }: { message: GraphMessage; code: string }): ReadMessage {
  const folderId = message.parentFolderId ?? null;
  if (isTooOld(mailbox, message)) return { write: null, skip: null, folderId, gone: false };
  const write = { ...mapMessage(message, { mime: mailbox.policy.originalMime }), whole: true };
  return { write, skip: { graphId: message.id, code, words: missingWords }, folderId, gone: false };
}

interface Unrendered {
  messageId: string;
  code: string;
  listed: GraphMessage | undefined;
}

/** The envelope of a message that Exchange cannot render: asked for by itself, else as its list told it. */
async function readEnvelope(mailbox: MailboxWork, { messageId, code, listed }: Unrendered): Promise<ReadMessage> {
  const ask = { userId: mailbox.at.mailboxId, messageId, withoutBody: true };
  try {
    const message = await retrying(() => mailbox.graph.getMessage(ask, callOptions(mailbox)), mailbox.signal);
    return envelopeOf(mailbox, { message, code });
  } catch (error) {
    if (!(error instanceof GraphError) || (await concernsAll(mailbox, error))) throw error;
    if (error.class === 'notFound') return { write: null, skip: null, folderId: null, gone: true };
    if (listed?.subject !== undefined) return envelopeOf(mailbox, { message: listed, code });
    return { write: null, skip: { graphId: messageId, code, words: unreadWords }, folderId: null, gone: false };
  }
}

/** Reads one message; what cannot be read whole is read without what Exchange has to render, and becomes a skip. */
export async function readMessage(mailbox: MailboxWork, messageId: string, listed?: GraphMessage): Promise<ReadMessage> {
  try {
    const read = () => mailbox.graph.getMessage({ userId: mailbox.at.mailboxId, messageId }, callOptions(mailbox));
    const message = await retrying(read, mailbox.signal);
    const write = isTooOld(mailbox, message) ? null : mapMessage(message, { mime: mailbox.policy.originalMime });
    return { write, skip: null, folderId: message.parentFolderId ?? null, gone: false };
  } catch (error) {
    if (!(error instanceof GraphError) || (await concernsAll(mailbox, error))) throw error;
    const { class: kind, code } = error;
    if (kind === 'notFound') return { write: null, skip: null, folderId: null, gone: true };
    return readEnvelope(mailbox, { messageId, code, listed });
  }
}

/**
 * Adds what a message gives when it is read singly; `listed` is what its list told of it. One that has gone since: the
 * stream tells so itself.
 */
export async function readSingly(
  mailbox: MailboxWork,
  { messageId, listed, writes }: { messageId: string; listed?: GraphMessage | undefined; writes: Writes },
): Promise<void> {
  const { write, skip } = await readMessage(mailbox, messageId, listed);
  if (write !== null) writes.documents.push(write);
  if (skip !== null) writes.skips.push(skip);
}
