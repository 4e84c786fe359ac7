/**
 * Records the histories of a milestone: `node test/workflows/record-histories.ts NAME` fills test/histories/NAME/.
 * Recorded histories are never edited; a changed workflow must go on replaying them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { mailboxWorkflowId, sourceUpdates } from '../../contract/workflow/names.ts';
import { scopeCodes } from '../../contract/workflow/scope-codes.ts';
import { provisionTemporal } from '../../stack/provision-temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { createFakeCrawl } from './fake-crawl.ts';
import { startWorkflowHost, type WorkflowHost } from './workflow-host.ts';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

const many = (count: number) => Array.from({ length: count }, (_, index) => `m${String(index).padStart(3, '0')}`);

async function save({ folder, name, handle }: { folder: string; name: string; handle: WorkflowHandle }): Promise<void> {
  // Stack traces name files: where this checkout stands is nobody's business.
  const history = historyToJSON(await handle.fetchHistory()).replaceAll(projectRoot, '');
  await writeFile(`${folder}/${name}.json`, `${history}\n`);
}

async function recordSources(host: WorkflowHost, folder: string): Promise<void> {
  const workflow = host.env.client.workflow;
  const once = createFakeCrawl({ mailboxIds: many(8), lanes: 4, changed: true });
  const first = await host.start(once, { windowSize: 3 });
  await first.handle.result();
  await save({ folder, name: 'source-once', handle: first.handle });
  await save({ folder, name: 'mailbox-four-lanes', handle: workflow.getHandle(mailboxWorkflowId(first.sourceId, 'm003')) });

  const stopped = createFakeCrawl({ mailboxIds: many(6), endless: new Set(many(6)) });
  const second = await host.start(stopped, { windowSize: 3 });
  await waitFor('lanes', () => stopped.walking === 3);
  await second.handle.executeUpdate(sourceUpdates.stop);
  await second.handle.result();
  await save({ folder, name: 'source-stopped', handle: second.handle });
  await save({ folder, name: 'mailbox-cancelled', handle: workflow.getHandle(mailboxWorkflowId(second.sourceId, 'm000')) });

  const paused = createFakeCrawl({ mailboxIds: many(5), endless: new Set(['m002']) });
  const third = await host.start(paused);
  await waitFor('the others', () => paused.closed.length === 4);
  await third.handle.executeUpdate(sourceUpdates.pause);
  await waitFor('paused', () => paused.states.at(-1) === 'paused');
  paused.endless.clear();
  await third.handle.executeUpdate(sourceUpdates.resume);
  await third.handle.result();
  await save({ folder, name: 'source-paused', handle: third.handle });
}

async function recordLongOnes(host: WorkflowHost, folder: string): Promise<void> {
  const workflow = host.env.client.workflow;
  const refused = createFakeCrawl({ mailboxIds: many(3), credentialRefused: true });
  const blocked = await host.start(refused);
  await waitFor('blocked', () => refused.states.at(-1) === 'blocked');
  refused.credentialRefused = false;
  await blocked.handle.executeUpdate(sourceUpdates.reloadSource);
  await blocked.handle.result();
  await save({ folder, name: 'source-blocked', handle: blocked.handle });

  const vanished = createFakeCrawl({ scopeProblem: { code: scopeCodes.mailboxesVanished, held: 30 } });
  const held = await host.start(vanished);
  await waitFor('blocked by its scope', () => vanished.states.at(-1) === 'blocked');
  await held.handle.executeUpdate(sourceUpdates.confirmRetirement);
  await held.handle.result();
  await save({ folder, name: 'source-scope-blocked', handle: held.handle });

  const cycles = createFakeCrawl({ mode: 'continuous', intervalMs: 200 });
  const continuous = await host.start(cycles);
  await waitFor('cycles', () => cycles.cyclesClosed.length >= 3);
  const latest = workflow.getHandle(continuous.handle.workflowId);
  await latest.executeUpdate(sourceUpdates.stop);
  await latest.result();
  let number = 0;
  for await (const run of workflow.list({ query: `WorkflowId = "${continuous.handle.workflowId}"` })) {
    if (number < 3) await save({ folder, name: `source-continuous-${number}`, handle: workflow.getHandle(run.workflowId, run.runId) });
    number += 1;
  }
}

const [, , milestone] = process.argv;
if (milestone === undefined) throw new Error('Name the milestone: node test/workflows/record-histories.ts NAME');
const folder = fileURLToPath(new URL(`../histories/${milestone}`, import.meta.url));
await mkdir(folder, { recursive: true });
const temporal = await provisionTemporal({ env: process.env, say: (line) => process.stderr.write(`${line}\n`) });
if (temporal.kind !== 'binary') throw new Error('Histories are recorded on a server of their own: unset TEMPORAL_ADDRESS');
process.env['TRAWL_TEMPORAL_BIN'] = temporal.path;
const host = await startWorkflowHost();
await recordSources(host, folder);
await recordLongOnes(host, folder);
await host.close();
