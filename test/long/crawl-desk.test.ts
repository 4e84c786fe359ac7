import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { mailboxWorkflowId, sourceUpdates, sourceWorkflowId } from '../../contract/workflow/names.ts';
import { isActive } from '../../contract/workflow/states.ts';
import { openCrawlDesk, type CrawlDesk } from '../support/crawl-desk.ts';
import { findBrowser } from '../support/find-browser.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'crawl-desk.md'), 'utf8');
/** The views of the page, by name. */
const views = new Map([...page.matchAll(/^\| ([A-Z][\w ]+) \| `(.+?)` \| /gm)].map(([, name = '', query = '']) => [name, query]));

const browser = findBrowser(process.env);
if (browser === null)
  process.stderr.write(
    'Temporal’s Web UI is not tried: there is no Chromium on PATH, and TRAWL_TEST_BROWSER names none (Debian: apt-get install chromium)\n',
  );

let organisation: Organisation;
let desk: CrawlDesk;
let temporal: Client;
let connection: Connection;
/** Of everybody, urgent, one of whom a policy keeps from the app. */
let sourceId: string;
/** Of a domain that nobody has. */
let stuckId: string;
/** Terminated; the shut mailbox is all of it. */
let endedId: string;
let shutMailbox: string;
let policyId: string;

const setPriority = (id: string, priority: string) => organisation.client.call('PATCH', `/v1/sources/${id}`, { priority });
const stateOf = async (mailboxId: string) => (await organisation.mailboxes(sourceId)).find((one) => one.mailboxId === mailboxId)?.state;
const untilMailbox = (mailboxId: string, state: string) =>
  waitFor(`the mailbox to be ${state}`, async () => (await stateOf(mailboxId)) === state, { timeoutMs: 180_000, everyMs: 200 });

beforeAll(async () => {
  if (browser === null) return;
  organisation = await startOrganisation({
    tenant: { mailboxes: 4, messagesPerMailbox: 600, seed: 'desk' },
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '10' },
  });
  const { tenant, emulator, makeSource } = organisation;
  connection = await Connection.connect({ address: organisation.temporal.answer });
  temporal = new Client({ connection });
  const [shut] = await tenant.mailboxes();
  shutMailbox = shut!.mailboxId;
  const policy = { kind: 'access', app: emulator.answer.clientId, right: 'DenyAccess', scope: [shut!.address], immediate: true };
  ({ id: policyId } = await tenant.control<{ id: string }>('POST', '/policies', policy));
  endedId = await makeSource({ mode: 'continuous', scope: { kind: 'user', user: shut!.address } });
  stuckId = await makeSource({ mode: 'continuous', scope: { kind: 'domain', domain: 'nobody.example' } });
  sourceId = await makeSource({ mode: 'continuous' });
  await setPriority(sourceId, 'high');
  await organisation.crawl(endedId);
  await organisation.untilState(endedId, 'waiting');
  await temporal.workflow.getHandle(sourceWorkflowId(endedId)).terminate('the test wants a crawl that failed');
  // Slow enough to be watched, however long that takes.
  await tenant.latency(300);
  await tenant.fault({ match: { path: 'messages/delta' }, answer: { delayMs: 15_000 } });
  await organisation.crawl(stuckId);
  await organisation.untilState(stuckId, 'blocked');
  await organisation.crawl(sourceId);
  await untilMailbox(shutMailbox, 'blocked');
  await waitFor('all others to be read', async () => {
    const states = (await organisation.mailboxes(sourceId)).map(({ state }) => state);
    return !states.includes('pending') && states.filter((state) => state === 'running').length === 3;
  });
  desk = await openCrawlDesk({ browser, uiUrl: organisation.temporal.uiUrl });
});
afterAll(async () => {
  await desk?.close();
  await connection?.close();
  await organisation?.stop();
});

async function reading(): Promise<string[]> {
  const running = (await organisation.mailboxes(sourceId)).filter(({ state }) => state === 'running');
  return running.map(({ mailboxId }) => mailboxWorkflowId(sourceId, mailboxId));
}

describe.skipIf(browser === null)('Temporal’s Web UI', () => {
  test.each([
    ['Crawls', () => [sourceWorkflowId(sourceId), sourceWorkflowId(stuckId)]],
    ['Stuck crawls', () => [sourceWorkflowId(stuckId)]],
    ['Failed crawls', () => [sourceWorkflowId(endedId)]],
    ['Mailboxes at work', reading],
    ['Urgent mailboxes', reading],
    ['Long mailboxes', reading],
    ['One source', async () => [sourceWorkflowId(sourceId), ...(await reading())]],
    ['One mailbox', () => [mailboxWorkflowId(sourceId, shutMailbox), mailboxWorkflowId(endedId, shutMailbox)]],
    ['One dataset', () => [sourceId, stuckId, endedId].map(sourceWorkflowId)],
    [
      'One cycle',
      async () => [
        sourceWorkflowId(sourceId),
        ...(await organisation.mailboxes(sourceId)).map(({ mailboxId }) => mailboxWorkflowId(sourceId, mailboxId)),
      ],
    ],
    ['Blocked mailboxes', () => [mailboxWorkflowId(sourceId, shutMailbox), mailboxWorkflowId(endedId, shutMailbox)]],
  ])('lists by the view “%s” what the page says', async (name, expected) => {
    const query = queryOf(name);
    const ids = await expected();
    expect((await desk.list(query, ids.length)).toSorted()).toEqual(ids.toSorted());
    if (name === 'Blocked mailboxes') await desk.picture('desk-blocked-mailboxes');
  });

  test('takes a query as the page has it typed', async () => {
    expect(await desk.type(queryOf('Stuck crawls'))).toEqual([sourceWorkflowId(stuckId)]);
  });

  test('shows why a source is stuck, and what to do', async () => {
    const { summary, details } = await desk.open(sourceWorkflowId(stuckId));
    expect(summary).toContain('Crawl of exchange');
    expect(details).toContain('TrawlDomainNotVerified');
    expect(details).toMatch(/runNow/);
  });

  test('shows why a mailbox is blocked, what to do, and how to have it tried again', async () => {
    const { summary, details } = await desk.open(mailboxWorkflowId(sourceId, shutMailbox));
    expect(summary).toContain(`Mailbox ${shutMailbox}, cycle 1`);
    expect(details).toContain('ErrorAccessDenied');
    expect(details).toContain('Grant Mail.Read');
    expect(details).toContain(`{"mailboxId":"${shutMailbox}"}`);
    await desk.picture('desk-mailbox');
  });

  test('shows what a source does, and each step by its summary', async () => {
    const { details } = await desk.open(sourceWorkflowId(sourceId));
    expect(details).toContain('running · cycle 1 · continuous · priority high');
    expect(details).toMatch(/ErrorAccessDenied\s+1/);
    await desk.picture('desk-source');
    await waitFor('the timeline', async () => (await desk.timeline()).includes('Resolve the scope into mailboxes'), { everyMs: 500 });
  });

  test('has a form for each update that the page names, with its words', async () => {
    await desk.open(sourceWorkflowId(sourceId));
    const said = await desk.sendUpdate('pause', { picture: 'desk-update' });
    await organisation.untilState(sourceId, 'paused');
    for (const update of Object.values(sourceUpdates)) {
      expect(
        said.find((line) => line.startsWith(`${update}\n`)),
        update,
      ).toMatch(/\n\w+ \w+/);
      expect(page).toMatch(new RegExp(`^\\| \`${update}\` \\| `, 'm'));
    }
    expect(await desk.list(queryOf('Held crawls'), 1)).toEqual([sourceWorkflowId(sourceId)]);
    expect((await organisation.mailboxes(sourceId)).map(({ state }) => state)).not.toContain('running');
  });

  test('resumes a crawl, which reads on', async () => {
    const before = await organisation.documents(sourceId);
    await desk.open(sourceWorkflowId(sourceId));
    await desk.sendUpdate('resume');
    await organisation.untilState(sourceId, 'running');
    await organisation.untilStored(sourceId, before + 1);
  });

  test('has a blocked mailbox tried again by the signal, and its documents are there', async () => {
    await organisation.tenant.control('DELETE', `/policies/${policyId}?immediate=true`);
    await organisation.tenant.clearFaults();
    await desk.open(sourceWorkflowId(sourceId));
    await desk.sendSignal('retry', { data: '"blocked"', picture: 'desk-retry' });
    await untilMailbox(shutMailbox, 'running');
    const stored = () => organisation.db.collection('documents').countDocuments({ sourceId, mailboxId: shutMailbox, removal: null });
    await waitFor('documents of the mailbox', async () => (await stored()) > 0, { timeoutMs: 60_000 });
  });

  test('refuses an update whose data do not fit, in words', async () => {
    await desk.open(sourceWorkflowId(sourceId));
    await expect(desk.sendUpdate('setWindow', { data: '9000' })).rejects.toThrow('A window size is expected');
    expect(isActive((await organisation.source(sourceId)).state)).toBe(true);
  });

  test('stops a crawl', async () => {
    await desk.open(sourceWorkflowId(sourceId));
    await desk.sendUpdate('stop');
    await organisation.untilState(sourceId, 'stopped');
    expect((await organisation.mailboxes(sourceId)).map(({ state }) => state)).not.toContain('running');
  });

  test('is in the audit log with each command', async () => {
    interface Entry {
      caller: { kind: string };
      method: string;
      route: string;
    }
    const told = () => organisation.client.call<{ items: Entry[] }>('GET', `/v1/audit?callerId=temporal&subjectId=${sourceId}`);
    const items = await waitFor(
      'four commands in the audit log',
      async () => {
        const found = (await told()).items;
        return found.length >= 4 ? found : null;
      },
      { timeoutMs: 180_000, everyMs: 1000 },
    );
    expect(items.every(({ caller }) => caller.kind === 'temporal')).toBe(true);
    expect(items.toReversed().map(({ method, route }) => `${method} ${route}`)).toEqual([
      'UPDATE pause',
      'UPDATE resume',
      'SIGNAL retry',
      'UPDATE stop',
    ]);
  });
});

/** The query of a view, with what is meant here in the places of its words in angle brackets. */
function queryOf(view: string): string {
  const query = views.get(view);
  if (query === undefined) throw new Error(`docs/crawl-desk.md has no view "${view}"`);
  const words: Record<string, string> = {
    sourceId,
    mailboxId: shutMailbox,
    datasetId: organisation.datasetId,
    time: new Date().toISOString(),
    cycle: '1',
  };
  return query.replaceAll(/<(\w+)>/g, (_, word: string) => words[word] ?? word);
}
