import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface SigningKey {
  /** Entra's kid is the thumbprint of the key's certificate: kid and x5t are one. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As the discovery document's jwks_uri gives it, without what differs by version. Entra names no `alg`. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** Codes, refresh tokens and sessions are sealed with it. */
  readonly sealKey: Buffer;
}

/** The tenant's token signing key and its certificate, made once and kept, so that tokens outlive a restart. */
export async function loadSigningKey(dataDir: string): Promise<SigningKey> {
  const files = { key: join(dataDir, 'token-key.pem'), certificate: join(dataDir, 'token-certificate.pem') };
  if (!existsSync(files.key)) {
    const made = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(files.key, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  const privateKey = createPrivateKey(readFileSync(files.key));
  if (!existsSync(files.certificate)) writeFileSync(files.certificate, await makeCertificate(privateKey));
  const { raw } = new X509Certificate(readFileSync(files.certificate));
  const publicKey = createPublicKey(privateKey);
  const { n, e } = publicKey.export({ format: 'jwk' });
  const kid = Buffer.from(await webcrypto.subtle.digest('SHA-1', raw)).toString('base64url');
  const sealKey = Buffer.from(hkdfSync('sha256', privateKey.export({ type: 'pkcs8', format: 'der' }), '', 'sealed tokens', 32));
  const jwk = { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e, x5c: [raw.toString('base64')] };
  return { kid, privateKey, publicKey, jwk, sealKey };
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const VALID_DAYS = 5 * 365;

/** Self-signed and named as those of Entra's published keys are. */
async function makeCertificate(privateKey: KeyObject): Promise<string> {
  const imported = async (key: KeyObject, usage: 'sign' | 'verify') =>
    usage === 'sign'
      ? webcrypto.subtle.importKey('pkcs8', new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })), ALGORITHM, true, [usage])
      : webcrypto.subtle.importKey('spki', new Uint8Array(key.export({ type: 'spki', format: 'der' })), ALGORITHM, true, [usage]);
  const keys = { privateKey: await imported(privateKey, 'sign'), publicKey: await imported(createPublicKey(privateKey), 'verify') };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=accounts.accesscontrol.windows.net', keys, signingAlgorithm: ALGORITHM },
    ...{ notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + VALID_DAYS * DAY_MS) },
  });
  return `${certificate.toString('pem')}\n`;
}
