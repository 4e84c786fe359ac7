import { open, realpath, stat } from 'node:fs/promises';
import { normalize, sep } from 'node:path';
import { decodeJwt } from 'jose';
import { GraphError } from './graph-error.ts';

/** Tokens of identity providers have a few thousand characters. */
const mostBytes = 65_536;
const compactJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;

interface TokenFile {
  tokenFile: string;
  folders: readonly string[];
}

const refused = (code: string) => new GraphError({ operation: 'readTokenFile', code, status: null });

/**
 * The token in a file. Links are followed, as Kubernetes renews such a file by one, but where they end must lie in one of the
 * folders too: whoever may save a credential must not read other files by it. Throws GraphError that does not name the path.
 */
export async function readTokenFile({ tokenFile, folders }: TokenFile): Promise<string> {
  const path = await allowedPath(tokenFile, folders);
  const text = await readStart(path);
  if (!compactJwt.test(text)) throw refused('TrawlTokenFileMalformed');
  return text;
}

/** When the token in the file ends; null when it does not say, or cannot be read. */
export async function tokenExpiryMs(file: TokenFile): Promise<number | null> {
  try {
    const { exp } = decodeJwt(await readTokenFile(file));
    return exp === undefined ? null : exp * 1_000;
  } catch {
    return null;
  }
}

async function allowedPath(tokenFile: string, folders: readonly string[]): Promise<string> {
  // Whether a file outside is there must not be told.
  if (!folders.some((folder) => isWithin(folder, normalize(tokenFile)))) throw refused('TrawlTokenFileForbidden');
  const path = await realpath(tokenFile).catch(() => null);
  if (path === null) throw refused('TrawlTokenFileUnreadable');
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
  if (!roots.some((root) => root !== null && isWithin(root, path))) throw refused('TrawlTokenFileForbidden');
  return path;
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function readStart(path: string): Promise<string> {
  try {
    // A pipe would never let go of whoever opens it.
    if (!(await stat(path)).isFile()) throw refused('TrawlTokenFileUnreadable');
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
      return buffer.toString('utf8', 0, bytesRead).trim();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw refused('TrawlTokenFileUnreadable');
  }
}
