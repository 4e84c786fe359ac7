import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { bodyFault, invalid } from '../problem.ts';
import type { PfxAnswer, PfxFile } from './pfx-thread.ts';
import type { CertificateParts, GivenCertificate } from './read-certificate.ts';

/** Usual files take a part of a second. */
const longestMs = 20_000;

const fault = (field: string, reason: string, remedy: string) => invalid(bodyFault(`/certificate${field}`, { reason, remedy }));
const again = 'Export the certificate with its private key as PFX once more, and give its bytes in base64.';

/**
 * Private key and certificates of a PFX file, which Node reads for TLS alone. Throws ProblemError `invalid-request`. It is
 * opened in a thread of its own, since a file says itself how many times its password is hashed.
 */
export async function readPfx({ pfx = '', password = '' }: GivenCertificate): Promise<CertificateParts> {
  const answer = await inThread({ pfx, password });
  if (answer === 'tooLong') throw fault('/pfx', 'takes too long to open', 'Export it with fewer iterations, or as PEM.');
  if ('fault' in answer) {
    if (answer.fault === 'unreadable') throw fault('/pfx', 'is not a PFX (PKCS#12) file that can be read', again);
    const reason = password === '' ? 'is missing, and the file has one' : 'does not open the file';
    throw fault('/password', reason, 'Give the password that the file was exported with.');
  }
  const [key] = answer.keys;
  if (key === undefined)
    throw fault('/pfx', 'holds no private key', 'Export it once more with its private key: the certificate alone signs nothing.');
  if (answer.keys.length > 1) throw fault('/pfx', 'holds several private keys', 'Export the one certificate alone.');
  if (answer.certificates.length === 0)
    throw fault('/pfx', 'holds no certificate', 'Export the certificate together with its private key.');
  try {
    return {
      key: createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }),
      certificates: answer.certificates.map((der) => new X509Certificate(der)),
    };
  } catch {
    throw fault('/pfx', 'holds a key or certificate that cannot be read', again);
  }
}

async function inThread(file: PfxFile): Promise<PfxAnswer | 'tooLong'> {
  const thread = new Worker(new URL('pfx-thread.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  const { promise, resolve } = Promise.withResolvers<PfxAnswer | 'tooLong'>();
  const timer = setTimeout(() => resolve('tooLong'), longestMs);
  thread.once('message', resolve);
  // Out of memory, or a fault of the thread itself.
  thread.once('error', () => resolve({ fault: 'unreadable' }));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
