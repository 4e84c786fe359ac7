import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Environment = Record<string, string | undefined>;

/** Where brought and built programs are kept between runs. */
export function cacheDirOf(env: Environment): string {
  return env['TRAWL_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trawl');
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export interface Tool {
  /** File name of the binary. */
  name: string;
  version: string;
}

export interface ToolCache {
  /** Path of the cached binary, or null when there is none. Throws, and removes it, when it is not what was recorded. */
  find(tool: Tool): Promise<string | null>;
  /** Copies a binary into the cache with its hash, all at once; gives its path there. */
  put(tool: Tool, binary: string): Promise<string>;
  /** A fresh folder beside the cached binaries; the caller removes it. */
  workFolder(purpose: string): Promise<string>;
  lockPath(name: string): string;
}

/** Binaries in one folder each, `<name>-<version>-<platform>`, with the SHA-256 of the binary beside it. */
export function createToolCache(dir: string): ToolCache {
  const folderOf = (tool: Tool): string => join(dir, `${tool.name}-${tool.version}-${process.platform}-${process.arch}`);
  const hashOf = (binary: string): string => `${binary}.sha256`;
  const workFolder = async (purpose: string): Promise<string> => {
    const folder = join(dir, `.${purpose}-${randomUUID().slice(0, 8)}`);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  return {
    workFolder,
    lockPath: (name) => join(dir, 'locks', `${name.toLowerCase()}.lock`),
    find: async (tool) => {
      const binary = join(folderOf(tool), tool.name);
      if (!existsSync(binary)) return null;
      const recorded = await readFile(hashOf(binary), 'utf8').catch(() => 'nothing');
      if (recorded.trim() === (await sha256Of(binary))) return binary;
      await rm(folderOf(tool), { recursive: true, force: true });
      throw new Error(`${binary} is not what was put there (its SHA-256 differs); removed it`);
    },
    put: async (tool, binary) => {
      const work = await workFolder(tool.name);
      const copy = join(work, tool.name);
      await copyFile(binary, copy);
      await chmod(copy, 0o755);
      await writeFile(hashOf(copy), `${await sha256Of(copy)}\n`);
      await rm(folderOf(tool), { recursive: true, force: true });
      await rename(work, folderOf(tool));
      return join(folderOf(tool), tool.name);
    },
  };
}
