import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readTruth, type TestEmulator } from '../emulator/support.ts';

/** What a mailbox held before and after a program of another language read it. */
export interface ForeignReading {
  /** The program's own words, from its last line. */
  readonly found: any;
  readonly before: readonly any[];
  readonly after: readonly any[];
  readonly inboxBefore: readonly any[];
}

/** Runs a program that reads a mailbox in three rounds; before the second and third, which it announces, the mailbox is changed. */
export async function readByProgram(
  emulator: TestEmulator,
  program: { command: string; args: readonly string[]; env: Readonly<Record<string, string>>; settings: { userId: string } },
): Promise<ForeignReading> {
  const { userId } = program.settings;
  const before = await readTruth(emulator, `?mailbox=${userId}`);
  const inboxBefore = before.filter(isInInbox);
  const [deleted, moved, changed] = inboxBefore;
  const mailbox = `/mailboxes/${userId}/messages`;
  const changes = [
    async () => {
      await emulator.control('POST', mailbox, { subject: 'Added between rounds' });
      await emulator.control('DELETE', `${mailbox}/${deleted.id}?hard=true`);
      await emulator.control('POST', `${mailbox}/${moved.id}/move`, { folder: 'archive' });
    },
    () => emulator.control('PATCH', `${mailbox}/${changed.id}`, { subject: 'Changed between rounds' }),
  ];
  const { url, tenantId, clientId, secret, caFile } = emulator;
  const env = {
    ...process.env,
    ...{ REQUESTS_CA_BUNDLE: caFile, SSL_CERT_FILE: caFile, ...program.env },
    EMULATOR: JSON.stringify({ url, tenantId, clientId, secret, ...program.settings }),
  };
  const child = spawn(program.command, program.args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let found: unknown;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'round') {
      await changes.shift()!();
      child.stdin.write('\n');
    } else found = JSON.parse(line);
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`${program.command} ended with ${code}; its words stand above`);
  return { found, before, inboxBefore, after: (await readTruth(emulator, `?mailbox=${userId}`)).filter(isInInbox) };
}

function isInInbox(line: { kind: string; folderPath: string }): boolean {
  return line.kind === 'message' && line.folderPath === 'Inbox';
}

/** File attachments of the inbox's messages as it was, that are more than pictures within a text. */
export function attachedToInbox({ before }: ForeignReading): readonly any[] {
  return before.filter((line) => line.kind === 'attachment' && line.sha256 && !line.isInline && line.folderPath === 'Inbox');
}
