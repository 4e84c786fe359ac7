import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As the discovery document's jwks_uri gives it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** The tenant's token signing key, made once and kept, so that tokens outlive a restart. */
export function loadSigningKey(dataDir: string): SigningKey {
  const file = join(dataDir, 'token-key.pem');
  if (!existsSync(file)) {
    const made = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(file, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  const privateKey = createPrivateKey(readFileSync(file));
  const publicKey = createPublicKey(privateKey);
  const { n, e } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1').update(n!).digest('base64url');
  return { kid, privateKey, publicKey, jwk: { kty: 'RSA', use: 'sig', kid, x5t: kid, alg: 'RS256', n, e } };
}
