import * as cfb from 'cfb';
import { broken } from '../reading-error.ts';

/** Streams of an OLE file (MS-CFB). */
export interface Ole {
  /** A stream's content; null when there is none of this path. */
  stream(path: string): Buffer | null;
}

/** Throws ReadingError when the file's directory cannot be read. */
export function openOle(bytes: Uint8Array): Ole {
  let container: cfb.CFB$Container;
  try {
    container = cfb.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { type: 'buffer' });
  } catch {
    throw broken('The file is damaged: its directory cannot be read');
  }
  return {
    stream(path) {
      const entry = cfb.find(container, `/${path}`);
      return entry === null || entry.content === undefined ? null : Buffer.from(entry.content as Uint8Array);
    },
  };
}
