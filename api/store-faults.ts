/**
 * What the MongoDB driver throws when the server does not answer (https://mongodb.github.io/node-mongodb-native/):
 * told by name, since this room does not import the driver.
 */
const unavailableNames = new Set([
  'StoreUnavailableError',
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'PoolClearedOnNetworkError',
]);

/** True when MongoDB, not the request, is the cause, so that the request may be repeated later. */
export function storeUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (unavailableNames.has(cause.name)) return true;
  }
  return false;
}

/** True when a unique index refused a record (https://www.mongodb.com/docs/manual/reference/error-codes/). */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}
