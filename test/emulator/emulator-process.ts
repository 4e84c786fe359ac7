import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createTestClient } from './support.ts';

const MAIN = resolve(import.meta.dirname, '../../emulator/main.ts');

interface Ready {
  readonly port: number;
  readonly url: string;
  readonly controlUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
}

/** The emulator as `npm run emulator` starts it, in a process and a data folder of its own, ready to be asked. */
export async function startEmulatorProcess(flags: Readonly<Record<string, string | number>>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
  const given = Object.entries({ port: 0, 'control-port': 0, 'data-dir': dataDir, ...flags }).flatMap(([flag, value]) => [
    `--${flag}`,
    String(value),
  ]);
  const from = performance.now();
  const child = spawn(process.execPath, [MAIN, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const startSeconds = (performance.now() - from) / 1_000;
  const ready = JSON.parse(line) as Ready;
  const client = createTestClient({ ...ready, ca: readFileSync(ready.caFile, 'utf8') }, ready);
  const stop = async () => {
    await client.close();
    await endProcess(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...client, ...ready, child, startSeconds, stop, residentMb: () => residentMb(child.pid!) };
}

async function endProcess(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}
