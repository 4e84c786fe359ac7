import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    mongodbUri: string;
  }
}

/** Starts the servers that wired tests share, once per project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const systemBinary = process.env['TRAWL_MONGOD_BIN'] ?? '';
  const mongo = await MongoMemoryReplSet.create({ binary: { systemBinary, version: '6.0.5' }, replSet: { count: 1, storageEngine: 'wiredTiger' } });
  project.provide('mongodbUri', mongo.getUri());
  return async () => {
    await mongo.stop();
  };
}
