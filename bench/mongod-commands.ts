import type { MongoClient } from 'mongodb';

/** How often a server has run each command since its start. */
export type CommandCounts = Record<string, number>;

/** Commands that do the work of a crawl; handshakes and monitoring run by the clock. */
const counted = [
  'aggregate',
  'bulkWrite',
  'commitTransaction',
  'abortTransaction',
  'count',
  'delete',
  'distinct',
  'find',
  'findAndModify',
  'getMore',
  'insert',
  'update',
];

/** Reads the server's own count of commands (mongodb.com/docs/manual/reference/command/serverStatus, metrics.commands). */
export async function readCommandCounts(client: MongoClient): Promise<CommandCounts> {
  const { metrics } = await client.db('admin').command({ serverStatus: 1, repl: 0, locks: 0, wiredTiger: 0 });
  const totals = metrics.commands as Record<string, { total?: number } | undefined>;
  return Object.fromEntries(counted.map((name) => [name, Number(totals[name]?.total ?? 0)]));
}

/** Commands that were run between two looks, without those that were not. */
export function commandsBetween(before: CommandCounts, after: CommandCounts): CommandCounts {
  const differences = Object.entries(after).map(([name, total]) => [name, total - (before[name] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, total]) => total > 0));
}

export function totalOf(counts: CommandCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
