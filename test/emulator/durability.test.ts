import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestClient, readAll, readTruth } from './support.ts';

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

const children: ChildProcess[] = [];

/** The emulator as `npm run emulator` starts it, ready to be asked. */
async function start(dataDir: string, port = 0) {
  const args = [MAIN, '--port', String(port), '--control-port', '0', '--data-dir', dataDir, '--users', '4', '--messages', '40'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const ready = JSON.parse(line) as Ready;
  const client = createTestClient({ ...ready, ca: readFileSync(ready.caFile, 'utf8') }, ready);
  return { child, ready, client };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}

describe('an emulator that is killed', () => {
  let dataDir: string | undefined;
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) await kill(child, 'SIGKILL');
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  test('in mid-traffic comes back with every change it had answered, the same ids, links, keys and clock', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    const first = await start(dataDir);
    const { users } = (await first.client.control('GET', '/users')).body;
    const user = users[0].id as string;
    const inbox = await readAll(first.client, `/users/${user}/mailFolders/inbox/messages/delta`);
    const { access_token: token } = (await first.client.token()).body;
    await first.client.control('POST', '/clock', { advanceMs: 1_000_000 });
    const answered: string[] = [];
    const write = async (lane: number) => {
      for (let turn = 0; turn < 1_000; turn++) {
        const reply = await first.client.control('POST', `/mailboxes/${user}/messages`, { subject: `lane ${lane} turn ${turn}` });
        answered.push(reply.body.id);
      }
    };
    const traffic = Promise.allSettled([1, 2, 3].map(write));
    await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(100);
    await kill(first.child, 'SIGKILL');
    await traffic;
    await first.client.close();
    // What the power left of a line that was being written.
    appendFileSync(join(dataDir, 'journal.ndjson'), '{"op":"message.add","mai');

    const second = await start(dataDir, first.ready.port);
    const again = await readAll(second.client, inbox.deltaLink);
    const ids = new Set(again.value.map((message) => message.id));
    expect(answered.filter((id) => !ids.has(id))).toEqual([]);
    expect(again.value.length - answered.length).toBeLessThanOrEqual(3);
    const known = new Map((await readTruth(second.client, `?mailbox=${user}`)).map((line) => [line.id, line]));
    expect(inbox.value.filter((message) => known.get(message.id)?.changeKey !== message.changeKey)).toEqual([]);
    expect((await second.client.get('/users?$top=1', { token })).status).toBe(200);
    expect((await second.client.control('GET', '/clock')).body.offsetMs).toBe(1_000_000);
    await second.client.close();

    const truth = await kill(second.child, 'SIGKILL').then(() => start(dataDir!, first.ready.port));
    expect((await readAll(truth.client, again.deltaLink)).value).toEqual([]);
    await truth.client.close();
  });

  test('by SIGTERM or Ctrl-C ends by itself with 0', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, client } = await start(dataDir);
      await client.get('/domains');
      expect(await kill(child, signal)).toBe(0);
      await client.close();
    }
  });

  test('says every wrong setting at once and exits with 2', async () => {
    const child = spawn(process.execPath, [MAIN, '--port', '70000', '--users', 'many'], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let text = '';
    child.stderr!.on('data', (part: Buffer) => (text += part.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, text.includes('--port'), text.includes('--users')]).toEqual([2, true, true]);
  });
});
