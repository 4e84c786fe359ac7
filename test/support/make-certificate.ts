import 'reflect-metadata';
import { createHash, createPrivateKey, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface TestCertificate {
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly x5t: string;
  readonly x5tS256: string;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } as const;

/** A self-signed certificate as an app's owner would upload it. */
export async function makeCertificate(notAfter = new Date(Date.now() + 86_400_000)): Promise<TestCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{
      name: 'CN=app',
      keys,
      signingAlgorithm: ALGORITHM,
      notAfter,
      notBefore: new Date(Math.min(notAfter.getTime() - 172_800_000, Date.now() - 3_600_000)),
    },
  });
  const pem = made.toString('pem');
  const { raw } = new X509Certificate(pem);
  const key = createPrivateKey({
    key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    format: 'der',
    type: 'pkcs8',
  });
  const digest = (algorithm: string) => createHash(algorithm).update(raw).digest('base64url');
  return {
    pem,
    key,
    publicKey: new X509Certificate(pem).publicKey,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    x5t: digest('sha1'),
    x5tS256: digest('sha256'),
  };
}
