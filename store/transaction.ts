import type { ClientSession, Db, TransactionOptions } from 'mongodb';

const options: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

/**
 * Runs `work` in one transaction and commits it; repeats it when MongoDB says that a repeat may succeed (a write
 * conflict, a change of primary). Whatever `work` throws aborts the transaction and is thrown on.
 */
export async function inTransaction<T>(db: Db, work: (session: ClientSession) => Promise<T>): Promise<T> {
  return db.client.withSession(async (session) => session.withTransaction(work, options));
}
