import { createHash } from 'node:crypto';
import { Binary, GridFSBucket, type ClientSession, type Db } from 'mongodb';
import type { DocumentContent } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';

/** Bodies over this are kept in GridFS. */
export const bodyLimitBytes = 1_000_000;
const chunkBytes = 255 * 1024;
const bucketName = 'bodies';

interface BodyFile {
  _id: string;
  length: number;
  chunkSize: number;
  uploadDate: Date;
  usedAt: Date;
}
interface BodyChunk {
  _id: string;
  files_id: string;
  n: number;
  data: Binary;
}

export type Bodies = ReturnType<typeof createBodies>;

/**
 * Large bodies in GridFS, named by their SHA-256: writing one again is harmless, and equal bodies are kept once.
 * Files are claimed and removed inside the transactions that use them, so that one which is being written anew is never lost.
 */
export function createBodies(db: Db) {
  const files = db.collection<BodyFile>(`${bucketName}.files`);
  const chunks = db.collection<BodyChunk>(`${bucketName}.chunks`);
  const { documents } = collectionsOf(db);

  async function upload(bytes: Buffer): Promise<string> {
    const fileId = createHash('sha256').update(bytes).digest('hex');
    if ((await files.findOne({ _id: fileId }, { projection: { _id: 1 } })) !== null) return fileId;
    for (let n = 0; n * chunkBytes < bytes.length; n += 1) {
      const chunk = { files_id: fileId, n, data: new Binary(bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes)) };
      await chunks.replaceOne({ _id: `${fileId}:${n}` }, chunk, { upsert: true });
    }
    const now = new Date();
    const file = { length: bytes.length, chunkSize: chunkBytes, uploadDate: now, usedAt: now };
    await files.updateOne({ _id: fileId }, { $setOnInsert: file }, { upsert: true });
    return fileId;
  }

  return {
    /** The content with its body in GridFS when the body is large; otherwise the content as it is. */
    async moveOut(content: DocumentContent): Promise<DocumentContent> {
      const text = content.body?.content;
      if (content.body === undefined || content.body === null || typeof text !== 'string') return content;
      // Most bodies are so short that their bytes need not be counted: a unit of a string has three at most.
      if (text.length * 3 <= bodyLimitBytes || Buffer.byteLength(text) <= bodyLimitBytes) return content;
      const bytes = Buffer.from(text);
      return { ...content, body: { ...content.body, content: null, fileId: await upload(bytes) } };
    },

    /** Claims files for a transaction's documents; returns those that are gone, and must be written again before a repeat. */
    async claim(session: ClientSession, fileIds: readonly string[]): Promise<string[]> {
      const missing: string[] = [];
      for (const _id of new Set(fileIds)) {
        const claimed = await files.updateOne({ _id }, { $set: { usedAt: new Date() } }, { session });
        if (claimed.matchedCount === 0) missing.push(_id);
      }
      return missing;
    },

    /** Removes files that no document names any more. */
    async release(session: ClientSession, fileIds: readonly string[]): Promise<void> {
      for (const fileId of new Set(fileIds)) {
        const user = await documents.findOne({ 'body.fileId': fileId }, { session, projection: { _id: 1 } });
        if (user !== null) continue;
        await files.deleteOne({ _id: fileId }, { session });
        await chunks.deleteMany({ files_id: fileId }, { session });
      }
    },

    /** A body's text, from the file that `body.fileId` names. Throws when there is none. */
    async read(fileId: string): Promise<string> {
      const bucket = new GridFSBucket(db, { bucketName });
      const parts: Buffer[] = [];
      // The driver's types know ObjectIds only; GridFS takes any id (github.com/mongodb/specifications, gridfs-spec).
      for await (const part of bucket.openDownloadStream(fileId as never)) parts.push(part as Buffer);
      return Buffer.concat(parts).toString();
    },
  };
}
