import { writeFile } from 'node:fs/promises';
import type { ApiKeyStore } from '../store/types.ts';
import { mintKey } from './keys.ts';

export interface FirstKeyOptions {
  apiKeys: Pick<ApiKeyStore, 'createFirstAdminKey'>;
  groupIds: string[];
  /** Where the key is written, readable by its owner alone; null prints it. */
  file: string | null;
  print: (line: string) => void;
}

/**
 * Makes the first admin key, once for a database however many processes start, and shows it once: in the file when one is
 * named, else on stdout, so that a key does not end up in log files that nobody guards. Returns whether this call made it.
 */
export async function makeFirstKey({ apiKeys, groupIds, file, print }: FirstKeyOptions): Promise<boolean> {
  const { text, record } = mintKey({ name: 'First admin key', role: 'admin', groupIds, expiresAt: null, now: new Date() });
  if (!(await apiKeys.createFirstAdminKey(record))) return false;
  if (file === null) {
    print(`First admin key, shown this once: ${text}`);
    return true;
  }
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    print(`First admin key written to ${file}`);
  } catch (error) {
    // The key exists and will never be made again, so it must not be lost with the file.
    print(
      `First admin key, shown this once, since TRAWL_FIRST_KEY_FILE cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${text}`,
    );
  }
  return true;
}
