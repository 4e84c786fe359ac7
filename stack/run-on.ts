import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { progressLine, readProgress } from './crawl-progress.ts';
import { readSource, startSample } from './sample-source.ts';
import type { Screen } from './screen.ts';
import { wordsOf } from './stack-error.ts';
import type { Stack } from './start-stack.ts';

/** Where to look, and how to ask. */
export function links(stack: Stack, sourceId: string): string[] {
  const { apiUrl, temporalUiUrl, keyFile, emulator } = stack;
  const query = encodeURIComponent(`TrawlSource="${sourceId}"`);
  return [
    '',
    'Trawl runs. Ctrl-C stops everything; the next start goes on from here.',
    ...(temporalUiUrl === null ? [] : [`  Workflows     ${temporalUiUrl}/namespaces/default/workflows?query=${query}`]),
    `  API           ${apiUrl}/docs`,
    `  Microsoft 365 ${emulator.origin} (local; control at ${emulator.controlUrl})`,
    `  Search        curl -s -H "Authorization: Bearer $(cat ${keyFile})" "${apiUrl}/v1/documents?q=budget&limit=5"`,
    `  Progress      curl -s -H "Authorization: Bearer $(cat ${keyFile})" "${apiUrl}/v1/sources/${sourceId}/crawls"`,
    '',
  ];
}

/** Has the sample crawled again and again, and shows progress until `signal` aborts. */
export async function runOn(options: {
  stack: Stack;
  db: Db;
  screen: Screen;
  print: (line: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { stack, db, screen, print, signal } = options;
  const { api, emulator } = stack;
  const { sourceId } = await startSample({ api, tenant: emulator, mode: 'continuous', signal });
  for (const line of links(stack, sourceId)) print(line);
  while (!signal.aborted) {
    try {
      // Whoever stops and starts the source through the API gets another crawl.
      const { crawlId } = await readSource(api, sourceId);
      if (crawlId !== null) screen.status(progressLine(await readProgress({ api, db, sourceId, crawlId })));
    } catch (error) {
      screen.status(`no news of the crawl: ${wordsOf(error)}`);
    }
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
}
