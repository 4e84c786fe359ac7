import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { searchAttributeTypes } from '../../contract/workflow/names.ts';
import { freePort } from '../../stack/free-ports.ts';
import { startMongod } from '../../stack/mongod-server.ts';
import { createProcessRunner, type ProcessRunner } from '../../stack/process-runner.ts';
import { provisionMongod } from '../../stack/provision-mongod.ts';
import { provisionTemporal } from '../../stack/provision-temporal.ts';
import { connectTemporal, startTemporal } from '../../stack/temporal-server.ts';

const env = process.env;
let folder: string;
let runner: ProcessRunner;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-servers-'));
  runner = createProcessRunner({ onLine: () => {}, onDeath: () => {} });
});
afterEach(async () => {
  await runner.stopAll();
  await rm(folder, { recursive: true, force: true });
});

async function binaryOf(provisioning: ReturnType<typeof provisionMongod>): Promise<string> {
  const found = await provisioning;
  if (found.kind === 'address') throw new Error('This test needs a binary, not an address');
  return found.path;
}

test.skipIf(env['MONGODB_URI'])('MongoDB keeps its data over a SIGKILL and a change of its port', async () => {
  const binary = await binaryOf(provisionMongod({ env, say: () => {} }));
  const start = async () => startMongod({ runner, binary, port: await freePort(), dataDir: join(folder, 'mongod'), cacheGb: 0.25, env });
  const withRecords = async (uri: string, work: (client: MongoClient) => Promise<void>): Promise<void> => {
    const client = await MongoClient.connect(uri);
    try {
      await work(client);
    } finally {
      await client.close();
    }
  };
  const first = await start();
  await withRecords(first.answer, async (client) => {
    await client
      .db('kept')
      .collection('records')
      .insertOne({ word: 'kept' }, { writeConcern: { w: 'majority', journal: true } });
  });
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  const second = await start();
  expect(second.answer).not.toBe(first.answer);
  await withRecords(second.answer, async (client) => {
    const records = client.db('kept').collection('records');
    expect(await records.countDocuments({ word: 'kept' })).toBe(1);
    await client.withSession((session) =>
      session.withTransaction(async () => void (await records.insertOne({ word: 'new' }, { session }))),
    );
  });
});

test.skipIf(env['TEMPORAL_ADDRESS'])(
  'Temporal keeps its workflows over a SIGKILL, and starts again with the same search attributes',
  async () => {
    const binary = await binaryOf(provisionTemporal({ env, say: () => {} }));
    const [port, uiPort] = [await freePort(), await freePort()];
    const start = () => startTemporal({ runner, binary, port, uiPort, file: join(folder, 'temporal.db'), env });
    const first = await start();
    const { connection } = await connectTemporal({ TEMPORAL_ADDRESS: first.answer });
    const workflow = {
      namespace: 'default',
      workflowId: 'kept',
      workflowType: { name: 'any' },
      taskQueue: { name: 'nobody' },
      requestId: 'one',
    };
    await connection.workflowService.startWorkflowExecution(workflow);
    await connection.close();
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    const second = await start();
    const again = await connectTemporal({ TEMPORAL_ADDRESS: second.answer });
    try {
      const found = await again.connection.workflowService.describeWorkflowExecution({
        namespace: 'default',
        execution: { workflowId: 'kept' },
      });
      expect(found.workflowExecutionInfo?.type?.name).toBe('any');
      const known = await again.connection.operatorService.listSearchAttributes({ namespace: 'default' });
      expect(Object.keys(known.customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributeTypes)));
      const page = await fetch(`http://127.0.0.1:${uiPort}/`);
      expect(page.status).toBe(200);
    } finally {
      await again.connection.close();
    }
  },
);
