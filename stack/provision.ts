import { rm } from 'node:fs/promises';
import { firstThatWorks, type Say, type Way } from './first-that-works.ts';
import { waitForLock } from './lock.mjs';
import type { Tool, ToolCache } from './tool-cache.ts';

/** A server that is to be used: one that runs already, or a binary to start. */
export type Provisioned = { kind: 'address'; address: string } | { kind: 'binary'; path: string; version: string };

/** Says a line now and then while something of unknown length goes on; gives the function that ends it. */
export function sayEvery(options: { everyMs: number; say: Say; line: (seconds: number) => string }): () => void {
  const startedAt = Date.now();
  const timer = setInterval(() => options.say(options.line(Math.round((Date.now() - startedAt) / 1000))), options.everyMs);
  return () => clearInterval(timer);
}

/** A way to make a binary in an empty folder, which is removed afterwards; `fetch` gives the binary's path. */
export interface Fetch {
  name: string;
  /** Under which name and version the result is cached. */
  tool: Tool;
  applies: () => boolean;
  fetch: (folder: string) => Promise<string>;
}

export interface ProvisionOptions {
  what: string;
  remedy: string;
  cache: ToolCache;
  say: Say;
  /** What the user or the machine offers, tried before the cache. */
  named: Way<Provisioned>[];
  /** Ways to fill the cache, in order of preference. */
  fetches: Fetch[];
  /** Gives the version of a binary that runs and is recent enough; throws else. */
  prove: (path: string) => Promise<string>;
}

/** A binary that the user or the machine names. */
export function namedBinary(options: {
  name: string;
  decisive?: boolean;
  path: string | null;
  prove: ProvisionOptions['prove'];
}): Way<Provisioned> {
  const { name, path, prove, decisive = false } = options;
  return { name, decisive, take: async () => (path ? { kind: 'binary', path, version: await prove(path) } : null) };
}

function fetchIntoCache({ cache, prove, say }: ProvisionOptions, { name, tool, applies, fetch }: Fetch): Way<Provisioned> {
  const take = async (): Promise<Provisioned | null> => {
    if (!applies()) return null;
    const folder = await cache.workFolder('fetch');
    try {
      const binary = await fetch(folder);
      const version = await prove(binary);
      const path = await cache.put(tool, binary);
      say(`brought ${version} by ${name}; it is in the cache now`);
      return { kind: 'binary', path, version };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return { name, take };
}

async function findCached({ cache, fetches }: ProvisionOptions): Promise<string | null> {
  for (const { tool } of fetches) {
    const path = await cache.find(tool);
    if (path !== null) return path;
  }
  return null;
}

/**
 * Comes by a server: what the user or the machine names, else the cache, else what can be fetched into it, proved
 * before it is kept. Only one process fetches at a time; others wait, and then find it in the cache.
 * Throws with exit code 3 when there is no way.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const { what, remedy, cache, say, named, fetches, prove } = options;
  let release = (): void => {};
  const fromCache: Way<Provisioned> = {
    name: 'the cache',
    take: async () => {
      let path = await findCached(options);
      if (path === null) {
        release = await waitForLock(cache.lockPath(what), (pid) => say(`waiting for process ${pid}, which is bringing it`));
        path = await findCached(options);
      }
      return path === null ? null : { kind: 'binary', path, version: await prove(path) };
    },
  };
  try {
    const ways = [...named, fromCache, ...fetches.map((fetch) => fetchIntoCache(options, fetch))];
    return await firstThatWorks({ what, ways, remedy, say });
  } finally {
    release();
  }
}
