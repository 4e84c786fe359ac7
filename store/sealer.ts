import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from 'jose';

/** A sealed secret cannot be opened, or the keys to do so are not usable. Never holds a secret or a key. */
export class SealError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealError';
  }
}

export interface Sealer {
  /** Seals a credential's secret with the first key, as a compact JWE that names key and credential. */
  seal(sealing: { credentialId: string; secret: string }): Promise<string>;
  /** Opens it again. Throws SealError when it was changed, belongs to another credential, or its key is not known. */
  unseal(sealed: { credentialId: string; jwe: string }): Promise<string>;
  /** A keyed hash of a text that may hold a secret, by which the same text is told again and nothing else is. */
  fingerprint(text: string): string;
  /** Whether a fingerprint is that of this text; never when its key is not known any more. */
  fits(text: string, fingerprint: string): boolean;
}

/** The sealer, where there is one. Throws SealError when no keys are set. */
export function usableSealer(sealer: Sealer | null): Sealer {
  if (sealer !== null) return sealer;
  throw new SealError(
    'TRAWL_ENCRYPTION_KEYS is not set, so that secrets can be neither sealed nor opened; set it to kid:base64 of 32 bytes',
  );
}

const alg = 'A256GCMKW';
const enc = 'A256GCM';
/** Parameter of the protected header that binds a record to its credential. */
const owner = 'trawl-credential';
const keyBytes = 32;

/**
 * Makes a sealer of keys as TRAWL_ENCRYPTION_KEYS has them: `kid:base64` separated by commas, 32 bytes each. The first
 * seals, all open; to rotate, put a new one in front. Throws SealError that names the faulty part, never a key.
 */
export function createSealer(keys: string): Sealer {
  const known = parseKeys(keys);
  const [first] = known;
  if (first === undefined) throw new SealError('TRAWL_ENCRYPTION_KEYS holds no key; expected: kid:base64 of 32 bytes');
  const [sealingKid, sealingKey] = first;
  return {
    async seal({ credentialId, secret }) {
      const header = { alg, enc, kid: sealingKid, [owner]: credentialId };
      return new CompactEncrypt(new TextEncoder().encode(secret)).setProtectedHeader(header).encrypt(sealingKey);
    },

    async unseal({ credentialId, jwe }) {
      const kid = kidOf(credentialId, jwe);
      const key = known.get(kid);
      if (key === undefined) {
        throw new SealError(
          `The secret of credential ${credentialId} is sealed with key ${kid}, which TRAWL_ENCRYPTION_KEYS does not hold; add that key again`,
        );
      }
      try {
        const opened = await compactDecrypt(jwe, key, { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] });
        if (opened.protectedHeader[owner] !== credentialId) throw new SealError('it belongs to another credential');
        return new TextDecoder().decode(opened.plaintext);
      } catch (error) {
        throw refused(credentialId, error);
      }
    },

    fingerprint: (text) => `${sealingKid}:${hashed(sealingKey, text).toString('base64url')}`,

    fits(text, fingerprint) {
      const [kid = '', hash = ''] = fingerprint.split(':', 2);
      const key = known.get(kid);
      if (key === undefined) return false;
      const wanted = hashed(key, text);
      const given = Buffer.from(hash, 'base64url');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}

/** By a key of its own, since one key must not serve two algorithms (NIST SP 800-57, 5.2). */
function hashed(key: Uint8Array, text: string): Buffer {
  const derived = hkdfSync('sha256', key, '', 'trawl fingerprint', keyBytes);
  return createHmac('sha256', Buffer.from(derived)).update(text).digest();
}

function refused(credentialId: string, error: unknown): SealError {
  const reason = error instanceof SealError ? error.message : 'it was changed, or its key is another one of the same name';
  return new SealError(`The secret of credential ${credentialId} cannot be opened: ${reason}. Save the secret again`, { cause: error });
}

function kidOf(credentialId: string, jwe: string): string {
  try {
    const { kid } = decodeProtectedHeader(jwe);
    if (typeof kid === 'string') return kid;
  } catch (error) {
    throw refused(credentialId, error);
  }
  throw new SealError(`The secret of credential ${credentialId} does not name its key. Save the secret again`);
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
