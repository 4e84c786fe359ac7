import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator, type TestEmulator } from '../emulator/support.ts';
import { attachedToInbox, readByProgram } from './foreign-reader.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'go');
/** The SDK is of the largest that there are: minutes of two processors for the first build, seconds from then on. */
const buildLimitMs = 900_000;

/** The program, built and kept; or why there is none. */
async function builtReader(): Promise<{ program: string } | { missing: string }> {
  const version = await run('go', ['version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (version === undefined) return { missing: 'there is no Go on this machine' };
  const digest = createHash('sha256').update(version);
  for (const file of ['main.go', 'go.mod', 'go.sum']) digest.update(readFileSync(join(source, file)));
  const folder = join(homedir(), '.cache', 'trawl', 'go');
  const program = join(folder, `reader-${digest.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return { program };
  mkdirSync(folder, { recursive: true });
  const failure = await run('go', ['build', '-o', program, '.'], { cwd: source, timeout: buildLimitMs }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return failure === undefined ? { program } : { missing: `go could not build ${source}: ${failure.slice(0, 500)}` };
}

const reader = await builtReader();
if ('missing' in reader) process.stderr.write(`The client for Go is not tried: ${reader.missing}\n`);

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 90 } });
});
afterAll(async () => {
  expect(emulator.failures).toEqual([]);
  await emulator.stop();
});

describe.skipIf('missing' in reader)('the Graph SDK and azidentity for Go, unpatched', () => {
  it('read users, folders, messages over three rounds, attachments and calendars as they are', async () => {
    const userId = (await emulator.get('/users?$top=1&$select=id')).body.value[0].id as string;
    const command = 'program' in reader ? reader.program : '';
    const reading = await readByProgram(emulator, { command, args: [], env: {}, settings: { userId } });
    const { found, before, after, inboxBefore } = reading;

    const { users } = (await emulator.control('GET', '/users')).body;
    expect(found.users.toSorted()).toEqual(users.map((user: any) => user.id).toSorted());
    expect(found.folders).toEqual(expect.arrayContaining(['Inbox', 'Sent Items', 'Projects']));
    expect(found.held).toEqual(Object.fromEntries(after.map((line) => [line.id, line.subject])));
    expect(found.counts).toEqual([inboxBefore.length, 3, 1]);
    const attached = attachedToInbox(reading);
    expect(attached.map((line) => found.attachments[line.id])).toEqual(attached.map((line) => line.sha256));
    const events = before.filter((line) => line.kind === 'event' && line.folderPath === 'Calendar').map((line) => line.id);
    expect([found.events.toSorted(), found.calendars.includes('Calendar')]).toEqual([events.toSorted(), true]);
  });
});
