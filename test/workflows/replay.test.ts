import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../worker/bundle.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

const histories = fileURLToPath(new URL('../histories/', import.meta.url));
const files = (await readdir(histories, { recursive: true })).filter((file) => file.endsWith('.json')).toSorted();

let bundle: WorkflowBundleOption;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  bundle = await loadBundle(await workflowBundle());
});

interface RecordedHistory {
  events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}
const read = async (file: string) => JSON.parse(await readFile(`${histories}${file}`, 'utf8')) as RecordedHistory;

describe('recorded histories', () => {
  it.each(files)('replay with the workflows of today: %s', async (file) => {
    await Worker.runReplayHistory({ workflowBundle: bundle }, await read(file));
  });

  it('are refused when they do not fit, so that replaying proves something', async () => {
    const file = files.find((name) => name.endsWith('mailbox-four-lanes.json')) as string;
    const tampered = await read(file);
    const scheduled = tampered.events.find((event) => event.activityTaskScheduledEventAttributes !== undefined);
    (scheduled as Required<RecordedHistory['events'][number]>).activityTaskScheduledEventAttributes.activityType.name = 'closeMailbox';
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, tampered)).rejects.toThrow(/\[TMPRL1100\]|[Nn]ondeterminism/);
  });
});
