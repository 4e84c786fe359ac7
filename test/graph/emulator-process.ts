import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGraph, type GraphSettings } from '../../graph/create-graph.ts';
import type { Graph } from '../../graph/types.ts';

export interface TruthItem {
  mailboxId: string;
  kind: 'message' | 'event' | 'attachment';
  id: string;
  parentId?: string;
  folderId: string;
  subject: string;
  isInline?: boolean;
  sha256?: string;
  hidden?: boolean;
}
export interface TruthMailbox {
  mailboxId: string;
  address: string;
  hasMailbox: boolean;
}

export interface EmulatorUnderTest {
  makeGraph(settings?: Partial<GraphSettings>): Graph;
  truth(): Promise<TruthItem[]>;
  mailboxes(): Promise<TruthMailbox[]>;
  stats(): Promise<{ largestConcurrency: number; violations: number }>;
  stop(): Promise<void>;
}

/** Starts the emulator as a process of its own, with a small organisation, as a stranger would. */
export async function startEmulator(mailboxes: number, messagesPerMailbox: number): Promise<EmulatorUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'trawl-emulator-'));
  const sizes = ['--users', String(mailboxes), '--messages', String(messagesPerMailbox)];
  const main = new URL('../../emulator/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--port', '0', '--control-port', '0', '--data-dir', directory, ...sizes], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, controlUrl, caFile } = await readReadyLine(child);
  const ask = async (path: string) => (await fetch(`${controlUrl}${path}`)).text();
  const { tenant, apps } = JSON.parse(await ask('/apps')) as {
    tenant: { id: string };
    apps: { clientId: string; secrets: { value: string }[] }[];
  };
  const app = apps.find(({ secrets }) => secrets.length > 0)!;
  return {
    makeGraph: (settings = {}) =>
      createGraph({
        endpoints: { authority: url, graph: url },
        tenantId: tenant.id,
        clientId: app.clientId,
        login: { kind: 'secret', secret: app.secrets[0]!.value },
        extraCaFile: caFile,
        connections: 4,
        log: { debug: () => undefined, warn: () => undefined },
        ...settings,
      }),
    truth: async () =>
      (await ask('/truth'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as TruthItem),
    mailboxes: async () => (JSON.parse(await ask('/truth/mailboxes')) as { mailboxes: TruthMailbox[] }).mailboxes,
    stats: async () => JSON.parse(await ask('/stats')) as { largestConcurrency: number; violations: number },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}

async function readReadyLine(child: ChildProcess): Promise<{ url: string; controlUrl: string; caFile: string }> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"ready":true')) return JSON.parse(line) as { url: string; controlUrl: string; caFile: string };
  }
  throw new Error('The emulator ended before it was ready');
}
