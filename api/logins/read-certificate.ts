import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFacts } from '../../contract/credential-login.ts';
import { bodyFault, invalid } from '../problem.ts';
import { readPfx } from './read-pfx.ts';

/** A certificate as it is uploaded: one of `pem` and `pfx` (base64), and the password of either. */
export interface GivenCertificate {
  pem?: string;
  pfx?: string;
  password?: string;
}

/** Private key and certificates of an upload, before anything is known of them. */
export interface CertificateParts {
  key: KeyObject;
  certificates: X509Certificate[];
}

/** Entra takes RSA signatures alone, and libraries refuse shorter keys (learn.microsoft.com/entra/identity-platform/certificate-credentials). */
const leastKeyBits = 2048;

const fault = (field: string, reason: string, remedy: string) => invalid(bodyFault(`/certificate${field}`, { reason, remedy }));

/**
 * Reads a certificate with its private key, and makes sure that Entra could take it. What comes back is one PEM of both,
 * without a password: it is sealed as a whole. Throws ProblemError `invalid-request` that says what is wrong with it.
 */
export async function readCertificate(given: GivenCertificate, now = new Date()): Promise<{ pem: string; certificate: CertificateFacts }> {
  const { pem, pfx } = given;
  if ((pem === undefined) === (pfx === undefined))
    throw fault('', 'must have either pem or pfx', 'Give the text of a PEM file in pem, or a PFX file in base64 in pfx.');
  const { key, certificates } = pem === undefined ? await readPfx(given) : readPem(pem, given.password);
  const certificate = certificates.find((one) => one.checkPrivateKey(key));
  if (certificate === undefined)
    throw fault(
      '',
      'has a private key that belongs to none of its certificates',
      'Give the private key that the certificate was made with.',
    );
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < leastKeyBits)
    throw fault('', 'has a key that Entra does not take', `Make a certificate with an RSA key of ${leastKeyBits} bits or more.`);
  if (certificate.validToDate <= now)
    throw fault(
      '',
      `has expired on ${certificate.validToDate.toISOString()}`,
      'Make a new certificate and upload it to the app registration.',
    );
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { pem: `${keyPem}${certificate.toString()}`, certificate: factsOf(certificate) };
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const digest = (algorithm: string) => createHash(algorithm).update(certificate.raw);
  return {
    x5tS256: digest('sha256').digest('base64url'),
    sha1: digest('sha1').digest('hex').toUpperCase(),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----[^]+?-----END \1-----/g;

function readPem(pem: string, password: string | undefined): CertificateParts {
  const certificates = (pem.match(certificateBlock) ?? []).map(toCertificate);
  if (certificates.length === 0)
    throw fault('/pem', 'holds no certificate', 'Give the certificate (BEGIN CERTIFICATE) and its private key in one text.');
  const keys = pem.match(keyBlock) ?? [];
  const [key] = keys;
  if (key === undefined)
    throw fault('/pem', 'holds no private key', 'Add the private key (BEGIN PRIVATE KEY): the certificate alone signs nothing.');
  if (keys.length > 1) throw fault('/pem', 'holds several private keys', 'Leave the one of the certificate.');
  return { key: toKey(key, password), certificates };
}

function toCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw fault('/pem', 'holds a certificate that cannot be read', 'Export it again as PEM (base64).');
  }
}

function toKey(pem: string, password: string | undefined): KeyObject {
  const isEncrypted = /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem);
  if (isEncrypted && password === undefined)
    throw fault('/password', 'is missing, and the private key is encrypted', 'Give the password of the private key.');
  try {
    return createPrivateKey(isEncrypted ? { key: pem, passphrase: password! } : pem);
  } catch {
    if (isEncrypted) throw fault('/password', 'does not open the private key', 'Give the password that the key was encrypted with.');
    throw fault('/pem', 'holds a private key that cannot be read', 'Export it again as PEM (PKCS#8).');
  }
}
