import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from '../../stack/api-client.ts';
import { usualPorts } from '../../stack/choose-ports.ts';
import { freePort } from '../../stack/free-ports.ts';
import { withoutProxyForLoopback } from '../../stack/local-environment.ts';
import { openShell, whyNoCurl, type ShellSession } from '../support/shell-session.ts';
import { processesOf, startProcess, type StartProcess } from '../support/start-process.ts';
import { createTenant, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { filledIn, writtenBlocks } from '../support/written-lines.ts';

/** Lines that users are told to type, typed: in the folder where `npm start` runs, on what it started. */
const noCurl = whyNoCurl();
if (noCurl !== null) process.stderr.write(`The lines of README.md and docs/first-source.md are not tried: ${noCurl}\n`);

const tenantId = '3f1c5b52-7f0e-4a55-9d0c-6d1f6a3b2c11';
const clientId = 'b7b0f6de-2c1a-4b7e-8d39-0f4f1f2a9e77';
const secret = 'of-an-own-registration';

let folder: string;
let dataDir: string;
let trawl: StartProcess;
let apiUrl: string;
let api: ApiClient;
let tenant: Tenant;

beforeAll(async () => {
  if (noCurl !== null) return;
  folder = await mkdtemp(join(tmpdir(), 'trawl-lines-'));
  dataDir = join(folder, '.trawl');
  await mkdir(dataDir);
  const ports = Object.fromEntries(await Promise.all(Object.keys(usualPorts).map(async (name) => [name, await freePort()] as const)));
  await writeFile(join(dataDir, 'ports.json'), JSON.stringify(ports));
  const settings = { TRAWL_WORKFLOW_BUNDLE: await workflowBundle() };
  trawl = startProcess(dataDir, { args: ['--users', '6', '--messages', '300'], settings });
  const printed = () => /^ {2}API +(http:\S+)\/docs$/m.exec(trawl.stdout())?.[1];
  apiUrl = await waitFor('npm start to print the address of its API', printed, { timeoutMs: 90_000 });
  api = createApiClient({ baseUrl: apiUrl, key: (await readFile(join(dataDir, 'admin-key'), 'utf8')).trim() });
  tenant = createTenant(() => `http://127.0.0.1:${ports['emulatorControl']}`);
});
afterAll(async () => {
  if (noCurl !== null) return;
  for (const { pid } of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
  await trawl?.ended;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What a reader fills in: an own registration that is saved and not used, and what the sample organisation has. */
async function valuesToFillIn(): Promise<Record<string, string>> {
  const [mailbox] = (await tenant.mailboxes()).filter(({ hasMailbox }) => hasMailbox);
  const { groups } = await tenant.control<{ groups: { mail: string | null; kind: string }[] }>('GET', '/groups');
  const group = groups.find(({ mail, kind }) => mail !== null && kind === 'mailEnabledSecurity');
  const address = mailbox!.address;
  return {
    ...{ tenant: tenantId, client: clientId, secret, domain: address.split('@')[1]! },
    ...{ 'address of a mailbox': address, 'address of a group': group!.mail! },
  };
}

interface SourceSeen {
  credentialId: string;
  datasetId: string;
  state: string;
  description: string;
  priority: string;
  country: string;
  mode: string;
}

/** Every block of the page, typed one after the other as it stands there. What each one printed, by the block. */
async function typeBlocks(shell: ShellSession, blocks: readonly string[]): Promise<string[]> {
  const values = await valuesToFillIn();
  const printed: string[] = [];
  for (const block of blocks) {
    const sourceId = await shell.run('printf %s "$SOURCE"');
    // The pages say that mails are found some moments later.
    if (block.includes('/v1/documents')) await untilFound(sourceId);
    const answer = await shell.run(filledIn(block, values).replace('API=http://127.0.0.1:8080', `API=${apiUrl}`));
    expect(answer, block).not.toMatch(/urn:trawl:problem|undefined/);
    if (block.startsWith('SCOPE=')) await expectScope(shell);
    printed.push(answer);
  }
  return printed;
}

async function untilFound(sourceId: string): Promise<void> {
  const look = async () => {
    const { state } = await api.call<SourceSeen>('GET', `/v1/sources/${sourceId}`);
    const { items } = await api.call<{ items: object[] }>('GET', `/v1/documents?sourceId=${sourceId}&kind=message&q=budget`);
    return state === 'waiting' && items.length > 0;
  };
  await waitFor('mails of the crawled source to be found', look, { timeoutMs: 90_000 });
}

async function expectScope(shell: ShellSession): Promise<void> {
  const scope = JSON.parse(await shell.run('printf %s "$SCOPE"')) as { kind: string };
  const credentialId = await shell.run('printf %s "$CREDENTIAL"');
  const report = await api.call<{ outcome: string; findings: object[] }>('POST', '/v1/sources/test', { credentialId, scope });
  expect(report.outcome, JSON.stringify({ scope, findings: report.findings })).toBe('passes');
}

// The processes are found and killed through /proc.
describe.skipIf(noCurl !== null || process.platform !== 'linux')('typed as they are written, the lines of', { timeout: 240_000 }, () => {
  test.each([
    ['docs/first-source.md', undefined, 'My first source', 'high'],
    ['README.md', 'A first source of your own', 'First look', 'normal'],
  ])('%s make a source, crawl it, find a mail, lead into Outlook, and stop', async (page, heading, description, priority) => {
    const blocks = writtenBlocks(page, heading);
    expect(blocks.length).toBeGreaterThan(8);
    const shell = openShell({ cwd: folder, env: withoutProxyForLoopback(process.env) });
    try {
      const printed = await typeBlocks(shell, blocks);
      const variable = (name: string) => shell.run(`printf %s "$${name}"`);
      const sourceId = await variable('SOURCE');

      const { items: credentials } = await api.call<{ items: object[] }>('GET', '/v1/credentials');
      const own = credentials.find((one) => 'tenantId' in one && one.tenantId === tenantId);
      expect(own).toMatchObject({ clientId, cloud: 'global' });
      const stopped = await waitFor('the source to be stopped', async () => {
        const source = await api.call<SourceSeen>('GET', `/v1/sources/${sourceId}`);
        return source.state === 'stopped' ? source : null;
      });
      expect(stopped).toMatchObject({
        ...{ description, priority, country: 'DE', mode: 'continuous' },
        ...{ datasetId: await variable('DATASET'), credentialId: await variable('CREDENTIAL') },
      });

      const opened = printed.find((_, place) => blocks[place]!.includes('/open"'))!;
      expect(opened).toMatch(/^https:\/\/outlook\.office365\.com\/owa\/\?ItemID=\S+$/m);
      const mail = await api.call<{ kind: string; webLink: string }>('GET', `/v1/documents/${await variable('MAIL')}`);
      expect(mail.kind).toBe('message');
      expect(opened).toContain(mail.webLink);
      expect(printed.join('\n')).not.toContain(secret);
    } finally {
      shell.end();
    }
  });
});
