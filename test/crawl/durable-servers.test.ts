import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectTruthDespite } from '../support/kill-in-mid-crawl.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';

const latencyMs = 60;
let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 6, messagesPerMailbox: 110, seed: 'durable' }, ownMongod: true });
});
afterAll(() => organisation?.stop());
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
    happen: async () => {
      await temporal.kill();
      await temporal.start();
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
