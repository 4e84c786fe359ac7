import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from 'jose';
import { SealError } from './seal-error.ts';
import { environmentKeys, type SealingKeys } from './sealing-keys.ts';

export { SealError };

export interface Sealer {
  /** Seals a credential's secret with the first key, as a compact JWE that names key and credential. */
  seal(sealing: { credentialId: string; secret: string }): Promise<string>;
  /** Opens it again. Throws SealError when it was changed, belongs to another credential, or its key is not known. */
  unseal(sealed: { credentialId: string; jwe: string }): Promise<string>;
  /** A keyed hash of a text that may hold a secret, by which the same text is told again and nothing else is. */
  fingerprint(text: string): Promise<string>;
  /** Whether a fingerprint is that of this text; never when its key is not known any more. */
  fits(text: string, fingerprint: string): Promise<boolean>;
  /** Whether a sealed secret may stay as it is; false when another key seals by now. */
  isCurrent(sealed: { credentialId: string; jwe: string }): Promise<boolean>;
}

/** The sealer, where there is one. Throws SealError when no keys are set. */
export function usableSealer(sealer: Sealer | null): Sealer {
  if (sealer !== null) return sealer;
  throw new SealError(
    'TRAWL_ENCRYPTION_KEYS is not set, so that secrets can be neither sealed nor opened; set it to kid:base64 of 32 bytes, or set TRAWL_KEY_VAULT_KEY',
  );
}

const alg = 'A256GCMKW';
const enc = 'A256GCM';
/** Parameter of the protected header that binds a record to its credential. */
const owner = 'trawl-credential';
const keyBytes = 32;

/**
 * Makes a sealer of keys, or of a text as TRAWL_ENCRYPTION_KEYS has them. One key seals, all open; to rotate, let another one
 * seal. Throws SealError that names the faulty part of a text, never a key.
 */
export function createSealer(given: string | SealingKeys): Sealer {
  const keys = typeof given === 'string' ? environmentKeys(given) : given;
  return {
    async seal({ credentialId, secret }) {
      const { kid, key } = await keys.first();
      const header = { alg, enc, kid, [owner]: credentialId };
      return new CompactEncrypt(new TextEncoder().encode(secret)).setProtectedHeader(header).encrypt(key);
    },

    async unseal({ credentialId, jwe }) {
      const kid = kidOf(credentialId, jwe);
      const key = await keys.find(kid);
      if (key === null) {
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

    async fingerprint(text) {
      const { kid, key } = await keys.first();
      return `${kid}:${hashed(key, text).toString('base64url')}`;
    },

    async fits(text, fingerprint) {
      const [kid = '', hash = ''] = fingerprint.split(':', 2);
      const key = await keys.find(kid);
      if (key === null) return false;
      const wanted = hashed(key, text);
      const told = Buffer.from(hash, 'base64url');
      return told.length === wanted.length && timingSafeEqual(told, wanted);
    },

    isCurrent: async ({ credentialId, jwe }) => keys.isCurrent(kidOf(credentialId, jwe)),
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
