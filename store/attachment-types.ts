import type { Readable } from 'node:stream';
import type { AttachmentContent, DocumentContent } from '../contract/document.ts';
import type { ClaimQuery, MailboxAt, PageWrite } from './types.ts';

/** A message of which something is to be read besides its page. */
export interface DueMessage {
  documentId: string;
  graphId: string;
  key: string;
  tries: number;
}
export interface DueAttachments extends DueMessage {
  /** Where it stood when it was last read, by which it is found among others. */
  folderId: string | null;
  receivedAt: Date | null;
  changeKey: string | null;
  hasAttachments: boolean;
  /** The same for messages that were first seen on one page. */
  firstSeenAt: Date;
}
/** What the words of an attachment say: its text, and of a mail who wrote to whom. */
export type AttachmentFields = Pick<
  DocumentContent,
  'text' | 'textTruncated' | 'subject' | 'from' | 'to' | 'cc' | 'sentAt' | 'internetMessageId'
>;
/** A file within an attachment. */
export interface PartWrite {
  path: string;
  content: AttachmentContent;
  fields: AttachmentFields;
}
/** What was read of a file's content. */
export interface ReadContent {
  content: AttachmentContent;
  fields: AttachmentFields;
  parts: PartWrite[];
}
export interface AttachmentWrite {
  attachmentId: string;
  content: AttachmentContent;
  fields?: AttachmentFields;
  parts?: PartWrite[];
}
/** What was read of one message's attachments, and when it was asked for. */
export interface ReadAttachments {
  message: DueAttachments;
  attachments: AttachmentWrite[];
  at: Date;
}
export interface AttachmentsClaim extends ClaimQuery {
  limit: number;
  near?: string | null;
}
export interface AttachmentStore {
  /**
   * Claims up to `limit` messages whose attachments are to be read, neighbours of one folder and time together, those of
   * folder `near` first; none when none is left.
   */
  claimDue(query: AttachmentsClaim): Promise<DueAttachments[]>;
  /** Whether any message's attachments are still to be read. */
  anyDue(at: MailboxAt): Promise<boolean>;
  /**
   * Writes attachments of messages, each message's on condition that it is still live and unchanged; attachments not
   * named are removed. Returns the document ids of the messages that were written.
   */
  write(change: MailboxAt & { messages: ReadAttachments[]; context: PageWrite['context'] }): Promise<Set<string>>;
  /** What this version of the readers has found in live attachments of the same content, in one dataset. */
  findRead(query: { datasetId: string; sha256: string; version: number }): Promise<ReadContent[]>;
  /** When there are readers again: marks the messages of the mailbox with files that were left unread meanwhile. */
  followReading(change: MailboxAt & { readsWords: boolean }): Promise<void>;
  /** Puts the message back for a later pass; after three tries it becomes a skip and is due no more. */
  fail(change: MailboxAt & { message: DueAttachments; code: string; words: string }): Promise<void>;
}

export type DueMime = DueMessage;

/** A MIME form on its way into the store. */
export interface MimeUpload {
  write(chunk: Uint8Array): Promise<void>;
  /** Keeps it, on condition that the message is still live and unchanged; what was kept of it before goes. */
  keep(read: { bytes: number; sha256: string; at: Date }): Promise<boolean>;
  drop(): Promise<void>;
}
export interface MimeStore {
  /** After a change of policy: marks every message of the mailbox, or drops what is kept. */
  follow(change: MailboxAt & { keep: boolean }): Promise<void>;
  claimDue(query: ClaimQuery): Promise<DueMime | null>;
  anyDue(at: MailboxAt): Promise<boolean>;
  begin(upload: MailboxAt & { message: DueMime }): Promise<MimeUpload>;
  /** Puts the message back for a later pass; after three tries it is due no more, and the skip is written. */
  fail(change: MailboxAt & { message: DueMime; skip: { code: string; words: string } | null }): Promise<void>;
  /** Removes what was begun and not kept, in a mailbox that nobody reads. */
  sweep(at: MailboxAt): Promise<void>;
  /** The bytes of a kept file. */
  open(fileId: string): Readable;
}
