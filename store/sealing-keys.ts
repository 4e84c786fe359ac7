import { SealError } from './seal-error.ts';

export interface SealingKey {
  kid: string;
  /** Of AES-256. */
  key: Uint8Array;
}

/** The keys that seal and open secrets, wherever they come from. All throw SealError when a key cannot be had now. */
export interface SealingKeys {
  /** The key that seals now. */
  first(): Promise<SealingKey>;
  /** A key by its name; null when there is none such. */
  find(kid: string): Promise<Uint8Array | null>;
  /** Whether what this key has sealed may stay as it is; false when it is to be sealed anew. */
  isCurrent(kid: string): Promise<boolean>;
}

const keyBytes = 32;

/**
 * Keys as TRAWL_ENCRYPTION_KEYS has them: `kid:base64` separated by commas, 32 bytes each. The first seals, all open.
 * Throws SealError that names the faulty part, never a key.
 */
export function environmentKeys(keys: string): SealingKeys {
  const known = parseKeys(keys);
  const [first] = known;
  if (first === undefined) throw new SealError('TRAWL_ENCRYPTION_KEYS holds no key; expected: kid:base64 of 32 bytes');
  const [kid, key] = first;
  return {
    first: async () => ({ kid, key }),
    find: async (wanted) => known.get(wanted) ?? null,
    isCurrent: async (one) => one === kid,
  };
}

function parseKeys(keys: string): Map<string, Uint8Array> {
  const known = new Map<string, Uint8Array>();
  const parts = keys
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const [index, part] of parts.entries()) {
    const colon = part.indexOf(':');
    const kid = part.slice(0, Math.max(colon, 0));
    const key = Buffer.from(part.slice(colon + 1), 'base64');
    const where = `Key ${index + 1} of TRAWL_ENCRYPTION_KEYS`;
    if (kid === '') throw new SealError(`${where} has no name; expected: kid:base64`);
    if (key.length !== keyBytes)
      throw new SealError(`${where} has ${key.length} bytes instead of ${keyBytes}; make one with: openssl rand -base64 32`);
    if (known.has(kid)) throw new SealError(`${where} has the name of an earlier one; names must differ`);
    known.set(kid, new Uint8Array(key));
  }
  return known;
}
