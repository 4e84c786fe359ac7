import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Binary, GridFSBucket, type ClientSession, type Db } from 'mongodb';
import type { MailboxAt } from './types.ts';

const chunkBytes = 255 * 1024;
export const mimeBucket = 'mimes';

/** A file of GridFS, with whose it is: one that is not complete is named by no document. */
export interface MimeFile extends MailboxAt {
  _id: string;
  documentId: string;
  length: number;
  chunkSize: number;
  uploadDate: Date;
  complete: boolean;
}
interface MimeChunk {
  _id: string;
  files_id: string;
  n: number;
  data: Binary;
}

export type MimeFiles = ReturnType<typeof createMimeFiles>;

/** MIME forms in GridFS. A file's record is there before its bytes, so that whatever a crash leaves behind is found. */
export function createMimeFiles(db: Db) {
  const files = db.collection<MimeFile>(`${mimeBucket}.files`);
  const chunks = db.collection<MimeChunk>(`${mimeBucket}.chunks`);

  async function removeAll(ids: readonly string[], session?: ClientSession): Promise<void> {
    if (ids.length === 0) return;
    const options = session === undefined ? {} : { session };
    await chunks.deleteMany({ files_id: { $in: [...ids] } }, options);
    await files.deleteMany({ _id: { $in: [...ids] } }, options);
  }

  return {
    files,
    remove: removeAll,

    /** Begins a file; bytes are written as chunks fill, so that no more than one is held. */
    async begin(owner: MailboxAt & { documentId: string }) {
      const fileId = randomUUID();
      const { sourceId, mailboxId, documentId } = owner;
      const empty = { sourceId, mailboxId, documentId, length: 0, chunkSize: chunkBytes, uploadDate: new Date(), complete: false };
      await files.insertOne({ _id: fileId, ...empty });
      let held: Uint8Array[] = [];
      let heldBytes = 0;
      let written = 0;
      const flush = async (bytes: Buffer) => {
        await chunks.insertOne({ _id: `${fileId}:${written}`, files_id: fileId, n: written, data: new Binary(bytes) });
        written += 1;
      };
      return {
        fileId,
        async write(chunk: Uint8Array): Promise<void> {
          held.push(chunk);
          heldBytes += chunk.byteLength;
          if (heldBytes < chunkBytes) return;
          const bytes = Buffer.concat(held);
          let at = 0;
          for (; bytes.length - at >= chunkBytes; at += chunkBytes) await flush(bytes.subarray(at, at + chunkBytes));
          held = [bytes.subarray(at)];
          heldBytes = bytes.length - at;
        },
        async finish(): Promise<void> {
          if (heldBytes > 0) await flush(Buffer.concat(held));
          held = [];
          heldBytes = 0;
        },
      };
    },

    /** Removes every file of some documents, those that are being written too. */
    async eraseOf(documentIds: readonly string[], session: ClientSession): Promise<void> {
      const found = await files.find({ documentId: { $in: [...documentIds] } }, { session, projection: { _id: 1 } }).toArray();
      await removeAll(
        found.map(({ _id }) => _id),
        session,
      );
    },

    /** Removes what was begun and never named by a document; for a mailbox in which nobody is reading. */
    async sweep({ sourceId, mailboxId }: MailboxAt): Promise<void> {
      const left = await files.find({ sourceId, mailboxId, complete: false }, { projection: { _id: 1 } }).toArray();
      await removeAll(left.map(({ _id }) => _id));
    },

    open(fileId: string): Readable {
      // The driver's types know ObjectIds only; GridFS takes any id (github.com/mongodb/specifications, gridfs-spec).
      return new GridFSBucket(db, { bucketName: mimeBucket }).openDownloadStream(fileId as never);
    },
  };
}

/** Erases the MIME forms of documents, in the transaction that erases the documents' content. */
export async function eraseMimes(db: Db, session: ClientSession, documentIds: readonly string[]): Promise<void> {
  await createMimeFiles(db).eraseOf(documentIds, session);
}
