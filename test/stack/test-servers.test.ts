import { Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { expect, inject, test } from 'vitest';
import { searchAttributeTypes } from '../../contract/workflow/names.ts';

test('the shared MongoDB takes transactions', async () => {
  const client = await MongoClient.connect(inject('mongodbUri'));
  try {
    const records = client.db('test-stack-servers').collection('records');
    await client.withSession((session) =>
      session.withTransaction(async () => void (await records.insertOne({ word: 'kept' }, { session }))),
    );
    expect(await records.countDocuments({ word: 'kept' })).toBeGreaterThan(0);
    await client.db('test-stack-servers').dropDatabase();
  } finally {
    await client.close();
  }
});

test('the shared Temporal knows the search attributes of the contract', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(known.customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributeTypes)));
  } finally {
    await connection.close();
  }
});
