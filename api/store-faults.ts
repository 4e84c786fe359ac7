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

/**
 * What a server answers that is going down, has just come up, or is not the primary now
 * (github.com/mongodb/mongo, error_codes.yml: categories RetriableError, ShutdownError and NotPrimaryError).
 */
const unavailableCodes = new Set([6, 7, 89, 91, 134, 189, 262, 317, 358, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** True when MongoDB, not the request, is the cause, so that the request may be repeated later. */
export function storeUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (unavailableNames.has(cause.name)) return true;
    if ('code' in cause && typeof cause.code === 'number' && unavailableCodes.has(cause.code)) return true;
  }
  return false;
}

/** True when a unique index refused a record (https://www.mongodb.com/docs/manual/reference/error-codes/). */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}
