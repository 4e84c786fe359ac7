import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Blobs {
  /** Puts bytes on the disk for good and returns their name, the SHA-256 in hex. */
  put(bytes: Uint8Array): string;
  get(name: string): Uint8Array;
}

export function openBlobs(dataDir: string): Blobs {
  const folder = join(dataDir, 'blobs');
  mkdirSync(folder, { recursive: true });
  return {
    put: (bytes) => {
      const name = createHash('sha256').update(bytes).digest('hex');
      const file = join(folder, name);
      if (existsSync(file)) return name;
      const handle = openSync(`${file}.part`, 'w');
      writeFileSync(handle, bytes);
      fsyncSync(handle);
      closeSync(handle);
      renameSync(`${file}.part`, file);
      return name;
    },
    get: (name) => readFileSync(join(folder, name)),
  };
}
