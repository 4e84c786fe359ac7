import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxWorkflowId, sourceSignals, sourceUpdates, taskQueues, workflowTypes } from '../../contract/workflow/names.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { createFakeCrawl, type FakeCrawl } from './fake-crawl.ts';
import { startWorkflowHost, type WorkflowHost } from './workflow-host.ts';

let host: WorkflowHost;
beforeAll(async () => {
  host = await startWorkflowHost(await workflowBundle());
});
afterAll(async () => {
  await host.close();
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `m${String(index).padStart(4, '0')}`);
const reached = (crawl: FakeCrawl, state: string) => waitFor(`state ${state}`, () => crawl.states.at(-1) === state);

describe('a crawl of a source', () => {
  it('crawls every mailbox exactly once, and returns totals', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(130) });
    const { handle } = await host.start(crawl, { windowSize: 30 });
    expect(await handle.result()).toMatchObject({ state: 'completed', cycles: 1, mailboxes: 130, counts: { documents: 130 * 30 } });
    expect(crawl.closed.toSorted()).toEqual(many(130).map((id) => `${id}@1`));
    expect(crawl.states).toEqual(['running', 'completed']);
  });

  it('keeps no more mailboxes in flight than its window, and takes another size at once', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(9), endless: new Set(many(9)) });
    const { handle } = await host.start(crawl, { windowSize: 2 });
    await waitFor('two lanes', () => crawl.walking === 2);
    await handle.executeUpdate(sourceUpdates.setWindow, { args: [5] });
    await waitFor('five lanes', () => crawl.walking === 5);
    expect(crawl.mostWalking).toBe(5);
    await handle.executeUpdate(sourceUpdates.stop);
    await handle.result();
  });

  it('takes another priority up with the next mailboxes, while those in flight go on where they are', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(3), endless: new Set(many(1)) });
    const { handle } = await host.start(crawl, { windowSize: 1 });
    await waitFor('one lane', () => crawl.walking === 1);
    crawl.priority = 'high';
    await handle.executeUpdate(sourceUpdates.reloadSource);
    await handle.executeUpdate(sourceUpdates.setWindow, { args: [2] });
    await waitFor('the others are done', () => crawl.closed.length === 2);
    const { high, normal } = taskQueues.crawl;
    expect(crawl.prepared).toEqual([`m0000 ${normal}`, `m0001 ${high}`, `m0002 ${high}`]);
    await handle.executeUpdate(sourceUpdates.stop);
    await handle.result();
  });

  it('refuses a window size and a mailbox id that make no sense', async () => {
    const crawl = createFakeCrawl({ endless: new Set(['a']) });
    const { handle } = await host.start(crawl);
    await expect(handle.executeUpdate(sourceUpdates.setWindow, { args: [0] })).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(handle.executeUpdate(sourceUpdates.retryMailbox, { args: [''] })).rejects.toThrow(WorkflowUpdateFailedError);
    await handle.executeUpdate(sourceUpdates.stop);
    await handle.result();
  });

  it('stops within seconds, ends lanes in flight, and starts nothing more', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(50), endless: new Set(many(50)) });
    const { handle } = await host.start(crawl, { windowSize: 5 });
    await waitFor('five lanes', () => crawl.walking === 5);
    const startedMs = Date.now();
    await handle.executeUpdate(sourceUpdates.stop);
    expect(await handle.result()).toMatchObject({ state: 'stopped', mailboxes: 0 });
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    await waitFor('lanes ended', () => crawl.walking === 0);
    expect(crawl.abandoned).toHaveLength(5);
    expect(crawl.states.at(-1)).toBe('stopped');
  });

  it('pauses, and after a resume crawls what was interrupted and what is left, exactly once', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(12), endless: new Set(['m0003', 'm0004']) });
    const { handle } = await host.start(crawl, { windowSize: 4 });
    await waitFor('the others are done', () => crawl.closed.length === 10);
    await handle.executeUpdate(sourceUpdates.pause);
    await reached(crawl, 'paused');
    expect(crawl.abandoned.map((entry) => entry.outcome)).toEqual(['interrupted', 'interrupted']);
    crawl.endless.clear();
    expect(await handle.executeUpdate(sourceUpdates.resume)).toEqual({ state: 'running' });
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 12 });
    expect(crawl.closed.toSorted()).toEqual(many(12).map((id) => `${id}@1`));
  });

  it('treats a cancellation from the Web UI as a stop', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(3), endless: new Set(many(3)) });
    const { handle } = await host.start(crawl);
    await waitFor('three lanes', () => crawl.walking === 3);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    await waitFor('lanes ended', () => crawl.walking === 0);
    expect(crawl.states.at(-1)).toBe('stopped');
  });

  it('goes through cycles by continue-as-new, each mailbox once in each, until it is stopped', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 100 });
    const { handle } = await host.start(crawl);
    await waitFor('four cycles', () => crawl.cyclesClosed.length >= 4);
    await handle.executeUpdate(sourceUpdates.stop);
    await host.env.client.workflow.getHandle(handle.workflowId).result();
    for (const cycle of [1, 2, 3])
      expect(crawl.closed.filter((key) => key.endsWith(`@${cycle}`)).toSorted()).toEqual([`a@${cycle}`, `b@${cycle}`, `c@${cycle}`]);
    expect(crawl.states.at(-1)).toBe('stopped');
  });

  it('waits between cycles until it is woken', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'waiting');
    expect(crawl.cyclesClosed).toEqual([1]);
    await handle.executeUpdate(sourceUpdates.runNow);
    await waitFor('the second cycle', () => crawl.cyclesClosed.length === 2);
    await reached(crawl, 'waiting');
    await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
    await host.env.client.workflow.getHandle(handle.workflowId).result();
  });

  it('takes a changed interval at once', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'waiting');
    crawl.intervalMs = 100;
    await handle.executeUpdate(sourceUpdates.reloadSource);
    await waitFor('more cycles', () => crawl.cyclesClosed.length >= 3);
    await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
    await host.env.client.workflow.getHandle(handle.workflowId).result();
  });

  it('crawls one mailbox again on request, in the cycle that rests', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'waiting');
    crawl.closed = ['a@1', 'b@1', 'c@1'];
    await handle.executeUpdate(sourceUpdates.retryMailbox, { args: ['b'] });
    await waitFor('the cycle is closed again', () => crawl.cyclesClosed.length === 2);
    expect(crawl.closed).toEqual(['a@1', 'c@1', 'b@1']);
    await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
    await host.env.client.workflow.getHandle(handle.workflowId).result();
  });

  it('crawls all blocked mailboxes again, or those with skips, by update and by a signal that the Web UI can send', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    const current = () => host.env.client.workflow.getHandle(handle.workflowId);
    await reached(crawl, 'waiting');
    crawl.reopens = { blocked: ['a', 'b'], skips: ['c'], dueSkips: ['b'] };
    await handle.executeUpdate(sourceUpdates.retryBlocked);
    await waitFor('the cycle is closed again', () => crawl.cyclesClosed.length === 2);
    expect(crawl.closed).toEqual(['c@1', 'a@1', 'b@1']);
    await current().executeUpdate(sourceUpdates.retryDueSkips);
    await waitFor('a third time', () => crawl.cyclesClosed.length === 3);
    for (const wrong of [undefined, 7, 'everything', {}, { mailboxId: '' }]) await current().signal(sourceSignals.retry, wrong);
    await current().signal(sourceSignals.retry, 'skips');
    await waitFor('a fourth time', () => crawl.cyclesClosed.length === 4);
    await current().signal(sourceSignals.retry, { mailboxId: 'a' });
    await waitFor('a fifth time', () => crawl.cyclesClosed.length === 5);
    expect(crawl.askedAgain).toEqual(['blocked', 'dueSkips', 'skips']);
    expect(crawl.closed).toEqual(['b@1', 'c@1', 'a@1']);
    await current().executeUpdate(sourceUpdates.stop);
    await current().result();
  });

  it('crawls again after a pause what was asked for during it', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    const current = () => host.env.client.workflow.getHandle(handle.workflowId);
    await reached(crawl, 'waiting');
    await handle.executeUpdate(sourceUpdates.pause);
    await reached(crawl, 'paused');
    crawl.reopens.blocked = ['b'];
    expect(await handle.executeUpdate(sourceUpdates.retryBlocked)).toEqual({ state: 'paused' });
    await handle.executeUpdate(sourceUpdates.resume);
    await waitFor('the cycle is closed again', () => crawl.cyclesClosed.length === 2);
    expect(crawl.closed).toEqual(['a@1', 'c@1', 'b@1']);
    await current().executeUpdate(sourceUpdates.stop);
    await current().result();
  });

  it('tells the Web UI what each command does', async () => {
    const crawl = createFakeCrawl({ endless: new Set(['a']) });
    const { handle } = await host.start(crawl);
    await waitFor('the lane', () => crawl.walking === 1);
    const told = await handle.query<{ definition: Record<string, { name: string; description: string }[]> }, []>(
      '__temporal_workflow_metadata',
    );
    const described = Object.values(told.definition).filter(Array.isArray).flat();
    const words = new Map(described.map(({ name, description }) => [name, description]));
    for (const name of [...Object.values(sourceUpdates), sourceSignals.retry]) expect(words.get(name), name).toMatch(/\w+ \w+/);
    await handle.executeUpdate(sourceUpdates.stop);
    await handle.result();
  });

  it('is blocked while the credential is refused, and goes on by itself after the fix', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(6), credentialRefused: true });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    expect(crawl.closed).toEqual([]);
    crawl.credentialRefused = false;
    await handle.executeUpdate(sourceUpdates.reloadSource);
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 6 });
  });

  it('is blocked when the credential is refused in mid-crawl, and crawls the rest after the fix', async () => {
    const crawl = createFakeCrawl({ mailboxIds: many(6), endless: new Set(many(6).slice(2)) });
    const { handle } = await host.start(crawl, { windowSize: 3 });
    await waitFor('lanes', () => crawl.walking === 3 && crawl.closed.length === 2);
    crawl.credentialRefused = true;
    crawl.endless.clear();
    // The lanes in flight are told to end as soon as one mailbox reports the refusal.
    await handle.executeUpdate(sourceUpdates.setWindow, { args: [4] });
    await reached(crawl, 'blocked');
    crawl.credentialRefused = false;
    await handle.executeUpdate(sourceUpdates.reloadSource);
    expect(await handle.result()).toMatchObject({ state: 'completed' });
    expect(crawl.closed.toSorted()).toEqual(many(6).map((id) => `${id}@1`));
  });

  it('frees the place of a mailbox whose workflow ended without a report', async () => {
    const crawl = createFakeCrawl({ endless: new Set(['b']) });
    const { handle, sourceId } = await host.start(crawl, { silentAfterMs: 500 });
    await waitFor('the endless lane', () => crawl.walking === 1 && crawl.closed.length === 2);
    await host.env.client.workflow.getHandle(mailboxWorkflowId(sourceId, 'b')).terminate();
    crawl.lost.add('b');
    expect(await handle.result()).toMatchObject({ state: 'completed' });
    expect(crawl.closed.toSorted()).toEqual(['a@1', 'b@1', 'c@1']);
  });

  it('ends a workflow that an earlier crawl left on a mailbox, and crawls the mailbox all the same', async () => {
    const crawl = createFakeCrawl({ mailboxIds: ['a'], endless: new Set(['a']), mode: 'once' });
    const first = await host.start(crawl);
    await waitFor('the lane', () => crawl.walking === 1);
    await first.handle.terminate();
    crawl.endless.clear();
    const input = { v: 1, sourceId: first.sourceId, datasetId: 'd', crawlId: 'c-new', mode: 'once', priority: 'normal', cycle: 1 };
    const rest = { phase: 'open', after: null, inFlight: [], counts: { pages: 0, documents: 0, removed: 0, skips: 0, requests: 0 } };
    const second = await host.env.client.workflow.start(workflowTypes.crawlSource, {
      workflowId: first.handle.workflowId,
      taskQueue: taskQueues.workflows,
      args: [{ ...input, ...rest, closed: 0, stateSequence: 0, cycleStartedMs: 0, windowSize: 3 }],
    });
    expect(await second.result()).toMatchObject({ state: 'completed', mailboxes: 1 });
  });
});
