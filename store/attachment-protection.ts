import type { ClientSession, Db } from 'mongodb';
import type { Protection } from '../contract/document-fields.ts';
import type { AttachmentContent, StoredDocument } from '../contract/document.ts';
import { protectionOfAttachment } from '../contract/protection.ts';
import { collectionsOf } from './collections.ts';

export interface AttachedTo {
  parent: Pick<StoredDocument, '_id' | 'attachmentProtection'>;
  attachments: readonly { content: Pick<AttachmentContent, 'name' | 'contentType'> }[];
}

/** Keeps on each message what its attachments show of encryption and signatures; messages that show the same stay untouched. */
export async function keepAttachmentProtection(db: Db, session: ClientSession, messages: readonly AttachedTo[]): Promise<void> {
  for (const { parent, attachments } of messages) {
    const kinds = new Set(attachments.map(({ content }) => protectionOfAttachment(content)).filter((kind) => kind !== null));
    const before = parent.attachmentProtection ?? [];
    if (kinds.size === before.length && before.every(({ kind }) => kinds.has(kind))) continue;
    const attachmentProtection = [...kinds].map((kind): Protection => ({ kind, seenIn: 'attachment' }));
    await collectionsOf(db).documents.updateOne({ _id: parent._id }, { $set: { attachmentProtection } }, { session });
  }
}
