import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createTestClient } from './support.ts';

export const EMULATOR_MAIN = resolve(import.meta.dirname, '../../emulator/main.ts');

interface Ready {
  readonly port: number;
  readonly url: string;
  readonly controlUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
}

type Flags = Readonly<Record<string, string | number>>;

/** The emulator as `npm run emulator` starts it, ready to be asked. */
export async function spawnEmulator(flags: Flags) {
  const given = Object.entries({ port: 0, 'control-port': 0, ...flags }).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const child = spawn(process.execPath, [EMULATOR_MAIN, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as Ready;
  const client = createTestClient({ ...ready, ca: readFileSync(ready.caFile, 'utf8') }, ready);
  return { child, ready, client };
}

/** The same with a data folder of its own, which is gone after `stop`. */
export async function startEmulatorProcess(flags: Flags) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
  const from = performance.now();
  const { child, ready, client } = await spawnEmulator({ 'data-dir': dataDir, ...flags });
  const startSeconds = (performance.now() - from) / 1_000;
  const stop = async () => {
    await client.close();
    await killEmulator(child, 'SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...client, ...ready, child, startSeconds, stop, residentMb: () => residentMb(child.pid!) };
}

/** Resolves with the exit code, null after a signal that could not be answered. */
export async function killEmulator(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}

function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}
