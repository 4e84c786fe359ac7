import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceUpdates } from '../../contract/workflow/names.ts';
import { scopeCodes } from '../../contract/workflow/scope-codes.ts';
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

const reached = (crawl: FakeCrawl, state: string) => waitFor(`state ${state}`, () => crawl.states.at(-1) === state);

describe('a scope that cannot be taken', () => {
  it('blocks the source before any mailbox is crawled, and is resolved again when the source is changed', async () => {
    const crawl = createFakeCrawl({ scopeProblem: { code: scopeCodes.groupNotFound, held: 0 } });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    expect(crawl.reasons.at(-1)).toBe(scopeCodes.groupNotFound);
    expect(crawl.closed).toEqual([]);
    crawl.scopeProblem = null;
    await handle.executeUpdate(sourceUpdates.reloadSource);
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 3 });
    expect(crawl.states).toEqual(['running', 'blocked', 'running', 'completed']);
    expect(crawl.resolutions).toEqual([{}, { resolution: 1 }]);
  });

  it('stays blocked with the reason of the latest look, and can be stopped and paused meanwhile', async () => {
    const crawl = createFakeCrawl({ scopeProblem: { code: scopeCodes.groupNotFound, held: 0 } });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    crawl.scopeProblem = { code: scopeCodes.membersHidden, held: 0 };
    await handle.executeUpdate(sourceUpdates.runNow);
    await waitFor('the new reason', () => crawl.reasons.at(-1) === scopeCodes.membersHidden);
    await handle.executeUpdate(sourceUpdates.pause);
    await reached(crawl, 'paused');
    const latest = host.env.client.workflow.getHandle(handle.workflowId);
    await latest.executeUpdate(sourceUpdates.resume);
    await reached(crawl, 'blocked');
    await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
    expect(await host.env.client.workflow.getHandle(handle.workflowId).result()).toMatchObject({ state: 'stopped' });
    expect(crawl.closed).toEqual([]);
  });

  it('gives way to the credential when that is refused meanwhile, and goes on when both are well', async () => {
    const crawl = createFakeCrawl({ scopeProblem: { code: scopeCodes.groupNotFound, held: 0 } });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    crawl.credentialRefused = true;
    await handle.executeUpdate(sourceUpdates.runNow);
    await waitFor('the reason of the credential', () => crawl.reasons.at(-1) === 'AADSTS7000215');
    Object.assign(crawl, { credentialRefused: false, scopeProblem: null });
    await handle.executeUpdate(sourceUpdates.reloadSource);
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 3 });
  });
});

describe('mailboxes that vanished together', () => {
  it('wait until somebody confirms: just so many are then taken for gone', async () => {
    const crawl = createFakeCrawl({ scopeProblem: { code: scopeCodes.mailboxesVanished, held: 30 } });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    await handle.executeUpdate(sourceUpdates.confirmRetirement);
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 3 });
    expect(crawl.resolutions).toEqual([{}, { resolution: 1, confirmed: 30 }]);
  });

  it('are not confirmed by a word that was given for fewer', async () => {
    const crawl = createFakeCrawl({ scopeProblem: { code: scopeCodes.mailboxesVanished, held: 30 } });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'blocked');
    crawl.scopeProblem = { code: scopeCodes.mailboxesVanished, held: 500 };
    await handle.executeUpdate(sourceUpdates.confirmRetirement);
    await waitFor('the second resolution', () => crawl.resolutions.length === 2);
    expect(crawl.states.at(-1)).toBe('blocked');
    await handle.executeUpdate(sourceUpdates.runNow);
    await waitFor('the third resolution', () => crawl.resolutions.length === 3);
    expect(crawl.resolutions[2]).toEqual({ resolution: 2 });
    await handle.executeUpdate(sourceUpdates.confirmRetirement);
    await handle.result();
    expect(crawl.resolutions[3]).toEqual({ resolution: 3, confirmed: 500 });
  });

  it('are not confirmed by a word that came before they vanished', async () => {
    const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 3_600_000 });
    const { handle } = await host.start(crawl);
    await reached(crawl, 'waiting');
    await handle.executeUpdate(sourceUpdates.confirmRetirement);
    crawl.scopeProblem = { code: scopeCodes.mailboxesVanished, held: 30 };
    await handle.executeUpdate(sourceUpdates.runNow);
    await reached(crawl, 'blocked');
    expect(crawl.resolutions).toEqual([{}, {}]);
    await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
    await host.env.client.workflow.getHandle(handle.workflowId).result();
  });
});

it('what is hidden for long enough is erased at the end of each cycle', async () => {
  const crawl = createFakeCrawl({ mode: 'continuous', intervalMs: 100 });
  const { handle } = await host.start(crawl);
  await waitFor('two cycles', () => crawl.cyclesClosed.length >= 2);
  expect(crawl.erasures).toBeGreaterThanOrEqual(2);
  await host.env.client.workflow.getHandle(handle.workflowId).executeUpdate(sourceUpdates.stop);
  await host.env.client.workflow.getHandle(handle.workflowId).result();
});
