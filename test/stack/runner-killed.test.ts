import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isRunning } from '../support/is-running.ts';

const idle = `console.log('ready'); setInterval(() => {}, 1000);`;
const deaf = `for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {}); ${idle}`;

/** A runner in a process of its own that starts an obedient and a deaf process, and says their ids. */
function runnerProcess() {
  const text = `
    const { createProcessRunner } = await import(${JSON.stringify(join(import.meta.dirname, '../../stack/process-runner.ts'))});
    const runner = createProcessRunner({ onLine: () => {}, onDeath: () => {} });
    const start = (script) => runner.start({ name: 'x', file: process.execPath, args: ['-e', script], env: process.env,
      ready: async (stdout) => stdout.includes('ready') || null, readyWithinMs: 10000 });
    const pids = [(await start(${JSON.stringify(idle)})).pid, (await start(${JSON.stringify(deaf)})).pid];
    console.log(JSON.stringify(pids));
    setInterval(() => {}, 1000);
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', text], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function pidsOf(child: ReturnType<typeof runnerProcess>): Promise<number[]> {
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(chunk.toString()) as number[];
}

async function expectGone(pids: number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 15_000, interval: 100 });
}

test.concurrent.each(['SIGKILL', 'SIGTERM'] as const)('%s of the runner leaves no process behind, not even a deaf one', async (signal) => {
  const child = runnerProcess();
  const pids = await pidsOf(child);
  expect(pids.filter(isRunning)).toHaveLength(2);
  process.kill(child.pid!, signal);
  await expectGone(pids);
});

test.concurrent('SIGKILL of the whole process group of the runner leaves no process behind', async () => {
  const child = runnerProcess();
  const pids = await pidsOf(child);
  process.kill(-child.pid!, 'SIGKILL');
  await expectGone(pids);
});
