/** MongoDB cannot be used as it is set: the message says where, why, and what to do. Never holds a password. */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** A record that must be there is not. */
export class RecordNotFoundError extends Error {
  constructor(what: string, id: string) {
    super(`${what} ${id} is not in the store; it was removed, or never made`);
    this.name = 'RecordNotFoundError';
  }
}

/** MongoDB would need too long for a query. */
export class QueryTooBroadError extends Error {
  constructor(options?: ErrorOptions) {
    super('The query takes too long: it fits too much', options);
    this.name = 'QueryTooBroadError';
  }
}

/** Codes of MongoDB's server that the store reacts to (github.com/mongodb/mongo, error_codes.yml). */
export const serverCodes = {
  indexNotFound: 27,
  namespaceExists: 48,
  maxTimeExpired: 50,
  indexOptionsConflict: 85,
  indexKeySpecsConflict: 86,
  documentRefused: 121,
  duplicateKey: 11000,
} as const;

/** The server's code of an error, of whichever class of the driver; null when it has none. */
export function serverCodeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'number' ? code : null;
}
