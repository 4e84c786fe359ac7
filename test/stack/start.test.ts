import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { usualPorts } from '../../stack/choose-ports.ts';
import { freePort } from '../../stack/free-ports.ts';
import { processesOf, startProcess, type StartProcess } from '../support/start-process.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

let dataDir: string;
let started: StartProcess[];
let settings: { TRAWL_WORKFLOW_BUNDLE?: string };
beforeEach(async () => {
  settings = {};
  dataDir = await mkdtemp(join(tmpdir(), 'trawl-start-'));
  started = [];
  // The usual ports may be those of another run on this machine, which comes or goes between two starts.
  const ports = Object.keys(usualPorts).map(async (name) => [name, await freePort()] as const);
  await writeFile(join(dataDir, 'ports.json'), JSON.stringify(Object.fromEntries(await Promise.all(ports))));
});
afterEach(async () => {
  for (const { pid } of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
  await Promise.all(started.map((one) => one.ended));
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

function start(...args: string[]): StartProcess {
  const one = startProcess(dataDir, { args, settings });
  started.push(one);
  return one;
}

const sample = ['--users', '4', '--messages', '200'];

function totalsOf(one: StartProcess): Record<string, number> {
  return JSON.parse(one.stdout().trim().split('\n').at(-1) ?? '') as Record<string, number>;
}

/** One control call to the emulator of this data folder. */
async function control(method: string, path: string, body: object): Promise<void> {
  const { emulatorControl } = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8')) as { emulatorControl: number };
  const response = await fetch(`http://127.0.0.1:${emulatorControl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).toBe(true);
}

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), { timeout: 20_000, interval: 100 });
}

// The processes are found and killed through /proc.
describe.skipIf(process.platform !== 'linux')('npm start', { timeout: 240_000 }, () => {
  test('--once ends proven complete; a second run reads only changes; a second start meanwhile is refused', async () => {
    const first = start('--once', ...sample);
    await first.hasSaid('is ready');
    const second = start('--once');
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toContain(`in use by process ${first.pid}`);
    expect(await first.ended, first.stderr()).toBe(0);
    const totals = totalsOf(first);
    expect(totals).toMatchObject({ mailboxes: 4, skipped: 0, missing: 0, doubled: 0, extra: 0, unexplained: 0 });
    expect(totals['documents']).toBeGreaterThan(150);
    await expectNothingLeft();

    const again = start('--once');
    expect(await again.ended, again.stderr()).toBe(0);
    const later = totalsOf(again);
    expect(later).toMatchObject({ documents: totals['documents'], missing: 0, doubled: 0 });
    expect(later['requests']).toBeLessThan(totals['requests']! / 2);
    await expectNothingLeft();
  });

  test('each process may be killed in mid-crawl, and the crawl still ends proven complete', async () => {
    settings = { TRAWL_WORKFLOW_BUNDLE: await workflowBundle() };
    const one = start('--once', '--users', '6', '--messages', '400');
    await one.hasSaid('emulator is ready');
    await control('PUT', '/latency', { ms: 150 });
    await one.hasSaid('worker is ready');
    for (const name of ['worker/main.ts', 'mongod', 'api/main.ts', 'start-dev', 'emulator/main.ts']) {
      const victim = processesOf(dataDir).find(({ command }) => command.includes(name) && !command.includes('start.ts'));
      expect(victim, `${name} runs`).toBeDefined();
      expect(one.stdout()).toBe('');
      const said = one.stderr().split('runs again').length;
      process.kill(victim!.pid, 'SIGKILL');
      await one.hasSaid('runs again', said);
    }
    expect(await one.ended, one.stderr()).toBe(0);
    expect(totalsOf(one)).toMatchObject({ missing: 0, doubled: 0, extra: 0 });
    expect(one.stderr()).toMatch(/mongod was ended by SIGKILL/);
    await expectNothingLeft();
  });

  test('Ctrl-C in mid-crawl stops everything, with 130; after SIGKILL of the next start nothing is left either, and another goes on', async () => {
    settings = { TRAWL_WORKFLOW_BUNDLE: await workflowBundle() };
    const slowly = async (): Promise<StartProcess> => {
      const one = start('--once', ...sample);
      await one.hasSaid('emulator is ready');
      await control('PUT', '/latency', { ms: 500 });
      await one.hasSaid('running ·');
      return one;
    };
    const interrupted = await slowly();
    process.kill(interrupted.pid, 'SIGINT');
    expect(await interrupted.ended, interrupted.stderr()).toBe(130);
    await expectNothingLeft();
    const killed = await slowly();
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.ended).toBeNull();
    await expectNothingLeft();
    const last = start('--once');
    expect(await last.ended, last.stderr()).toBe(0);
    expect(totalsOf(last)).toMatchObject({ mailboxes: 4, missing: 0, doubled: 0, extra: 0 });
  });

  test('a wrong flag or a file where the data folder should be ends with 2 before anything is started', async () => {
    const wrong = start('--onse');
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr()).toMatch(/--onse[^]*usage: npm start/);
    expect(existsSync(join(dataDir, 'logs'))).toBe(false);
  });

  test('--help explains and ends with 0', async () => {
    const help = start('--help');
    expect(await help.ended).toBe(0);
    expect(help.stdout()).toContain('--once');
  });
});
