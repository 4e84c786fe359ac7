import { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sourceWorkflowId } from '../../contract/workflow/names.ts';
import { connectTemporal } from '../../stack/temporal-server.ts';
import { expectTruthDespite } from '../support/kill-in-mid-crawl.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';

const latencyMs = 60;
let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 5, messagesPerMailbox: 90, seed: 'durable' }, ownMongod: true });
});
afterAll(() => organisation?.stop());
/** Id of the run that the source's workflow began with, whatever it has continued as. */
async function firstRunOf(sourceId: string): Promise<string> {
  const { connection, namespace } = await connectTemporal({ TEMPORAL_ADDRESS: organisation.temporal.answer });
  try {
    const { raw } = await new Client({ connection, namespace }).workflow.getHandle(sourceWorkflowId(sourceId)).describe();
    return raw.workflowExecutionInfo!.firstRunId!;
  } finally {
    await connection.close();
  }
}
beforeEach(() => organisation.tenant.latency(latencyMs));

test('a crawl goes on while the API is killed and started again', async () => {
  const { api } = organisation;
  await expectTruthDespite(organisation, {
    what: 'kill -9 of the API',
    happen: async () => {
      await api.kill();
      await api.start();
    },
  });
});

test('a crawl goes on by itself after Temporal was killed and started again on its file', async () => {
  const { temporal } = organisation;
  await expectTruthDespite(organisation, {
    what: 'kill -9 of Temporal',
    happen: async (sourceId) => {
      const before = await firstRunOf(sourceId);
      await temporal.kill();
      await temporal.start();
      expect(await firstRunOf(sourceId)).toBe(before);
    },
  });
});

test('a crawl goes on by itself after MongoDB was killed and started again on its folder', async () => {
  const mongod = organisation.mongod!;
  await expectTruthDespite(organisation, {
    what: 'kill -9 of MongoDB',
    happen: async () => {
      await mongod.kill();
      await mongod.start();
    },
  });
});

test('a crawl goes on by itself after Microsoft was out of reach, its links being good still', async () => {
  const { emulator, tenant } = organisation;
  await expectTruthDespite(organisation, {
    what: 'kill -9 of the emulator',
    happen: async () => {
      await emulator.kill();
      await emulator.start();
    },
  });
  // Counted since its restart.
  expect((await tenant.stats()).violations).toBe(0);
});
