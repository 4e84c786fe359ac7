import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { parseFlags } from '../stack/parse-flags.ts';
import { exitCodes, stackError } from '../stack/stack-error.ts';
import { peakMemoryMib, processors, readProcessorUse, useBetween } from './processor-use.ts';

export const emulatorUsage = `usage: npm run bench -- emulator [--sizes n,n,…]
  What the local Microsoft 365 itself costs: every message of an organisation is read by message delta in pages of 100,
  with all properties, four requests at once, each mailbox by one of them.
  --sizes n,n,…     messages of the organisations, about (default 1000,100000,1000000)`;

const COLUMNS = [
  'messages read',
  'mailboxes',
  'start, s',
  'requests/s',
  'messages/s',
  'CPU ms per message',
  'peak memory beyond empty, MiB',
  'processors idle',
] as const;

const MAIN = resolve(import.meta.dirname, '../emulator/main.ts');
const LANES = 4;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly controlUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
  readonly startSeconds: number;
}

interface Measured {
  readonly messages: number;
  readonly mailboxes: number;
  readonly startSeconds: number;
  readonly requests: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly idleShare: number;
}

async function start(folder: string, size: { users: number; messages: number }): Promise<Running> {
  const from = performance.now();
  const args = [
    '--port',
    '0',
    '--control-port',
    '0',
    '--data-dir',
    folder,
    '--users',
    String(size.users),
    '--messages',
    String(size.messages),
  ];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { ...(JSON.parse(line) as Omit<Running, 'child' | 'startSeconds'>), child, startSeconds: (performance.now() - from) / 1_000 };
}

async function tokenOf({ url, tenantId, clientId, secret }: Running, dispatcher: Agent): Promise<string> {
  const form = {
    client_id: clientId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
    grant_type: 'client_credentials',
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await request(`${url}/${tenantId}/oauth2/v2.0/token`, {
    dispatcher,
    method: 'POST',
    headers,
    body: new URLSearchParams(form).toString(),
  });
  return ((await reply.body.json()) as { access_token: string }).access_token;
}

/** The text of a page, its link and how many messages it holds; parsing it whole would cost the reader more than it cost to make. */
async function page(link: string, options: { dispatcher: Agent; token: string }): Promise<{ next: string | undefined; messages: number }> {
  const headers = { authorization: `Bearer ${options.token}`, prefer: 'IdType="ImmutableId", odata.maxpagesize=100' };
  const reply = await request(link, { dispatcher: options.dispatcher, headers });
  const text = Buffer.from(await reply.body.arrayBuffer());
  if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} for ${link}: ${text.toString('utf8', 0, 300)}`);
  const [, next] = /"@odata\.nextLink":"([^"]+)"/.exec(text.toString('utf8', 0, 4_096)) ?? [];
  let messages = 0;
  for (let at = text.indexOf('"@odata.etag"'); at >= 0; at = text.indexOf('"@odata.etag"', at + 1)) messages++;
  return { next, messages };
}

async function readMailbox(
  mailbox: string,
  options: { url: string; dispatcher: Agent; token: string },
): Promise<{ requests: number; messages: number }> {
  const read = { requests: 1, messages: 0 };
  const headers = { authorization: `Bearer ${options.token}`, prefer: 'odata.maxpagesize=100' };
  const base = `${options.url}/v1.0/users/${mailbox}/mailFolders`;
  const folders = (await (await request(`${base}/delta`, { dispatcher: options.dispatcher, headers })).body.json()) as {
    value: { id: string; '@odata.type'?: string }[];
  };
  for (const folder of folders.value.filter(
    (entry) => entry['@odata.type'] === undefined || entry['@odata.type'] === '#microsoft.graph.mailFolder',
  )) {
    for (let link: string | undefined = `${base}/${folder.id}/messages/delta`; link !== undefined;) {
      const { next, messages } = await page(link, options);
      read.requests++;
      read.messages += messages;
      link = next;
    }
  }
  return read;
}

async function measure(size: { users: number; messages: number }): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'trawl-bench-emulator-'));
  const running = await start(folder, size);
  const dispatcher = new Agent({ connect: { ca: await readFile(running.caFile, 'utf8') }, allowH2: false, connections: LANES });
  try {
    const token = await tokenOf(running, dispatcher);
    const { mailboxes } = (await (await request(`${running.controlUrl}/truth/mailboxes`)).body.json()) as {
      mailboxes: { mailboxId: string; hasMailbox: boolean }[];
    };
    const queue = mailboxes.filter((entry) => entry.hasMailbox).map((entry) => entry.mailboxId);
    const total = { requests: 0, messages: 0, mailboxes: queue.length };
    const pids = { emulator: running.child.pid! };
    const before = readProcessorUse(pids);
    const lane = async () => {
      for (let mailbox = queue.pop(); mailbox !== undefined; mailbox = queue.pop()) {
        const read = await readMailbox(mailbox, { url: running.url, dispatcher, token });
        total.requests += read.requests;
        total.messages += read.messages;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const use = useBetween(before, readProcessorUse(pids));
    return {
      ...total,
      startSeconds: running.startSeconds,
      seconds: use.seconds,
      cpuSeconds: use.byProcess['emulator']!,
      peakMib: peakMemoryMib(pids.emulator),
      idleShare: use.idleShare,
    };
  } finally {
    await dispatcher.close();
    const ended = once(running.child, 'exit');
    running.child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

function row(of: Measured, emptyMib: number): string {
  const cells = [
    of.messages.toLocaleString('en'),
    of.mailboxes.toLocaleString('en'),
    of.startSeconds.toFixed(1),
    (of.requests / of.seconds).toFixed(0),
    (of.messages / of.seconds).toFixed(0),
    ((of.cpuSeconds * 1_000) / Math.max(1, of.messages)).toFixed(3),
    (of.peakMib - emptyMib).toFixed(0),
    `${(of.idleShare * 100).toFixed(0)} %`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Prints a table of what the local Microsoft 365 costs by itself. Throws with exit code 2 in words for a wrong flag. */
export async function benchEmulator(args: string[]): Promise<void> {
  const { values } = parseFlags({
    args,
    flags: { sizes: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    usage: emulatorUsage,
  });
  if (values.help) return void process.stdout.write(`${emulatorUsage}\n`);
  const sizes = (values.sizes ?? '1000,100000,1000000').split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 2 || size > 10_000_000))
    throw stackError(exitCodes.configuration, `--sizes must be whole numbers from 2 to 10000000, with commas between\n${emulatorUsage}`);
  const empty = await measure({ users: 0, messages: 0 });
  const machine = `${processors} processors, Node ${process.versions.node}`;
  const idle = `an empty emulator holds ${empty.peakMib.toFixed(0)} MiB and starts in ${empty.startSeconds.toFixed(1)} s`;
  process.stdout.write(`${machine}; ${idle}.\n\n| ${COLUMNS.join(' | ')} |\n|${COLUMNS.map(() => '---').join('|')}|\n`);
  for (const size of sizes) {
    const users = Math.max(2, Math.round(size / 10_000));
    process.stdout.write(`${row(await measure({ users, messages: Math.round(size / users) }), empty.peakMib)}\n`);
  }
}
