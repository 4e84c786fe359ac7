import 'reflect-metadata';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface Certificates {
  readonly caFile: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;
const VALID_DAYS = 820;

/**
 * The emulator's own authority and its server certificate, made at the first start and kept in `dataDir/tls`. Clients
 * trust `caFile`. Keys stay on this machine; only the owner may read them.
 */
export async function loadCertificates(dataDir: string): Promise<Certificates> {
  const folder = join(dataDir, 'tls');
  const files = { ca: join(folder, 'ca.pem'), certificate: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') };
  if (!Object.values(files).every((file) => existsSync(file))) await makeCertificates(folder, files);
  const read = (file: string) => readFileSync(file, 'utf8');
  return { caFile: files.ca, ca: read(files.ca), certificate: read(files.certificate), key: read(files.key) };
}

async function makeCertificates(folder: string, files: { ca: string; certificate: string; key: string }): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caKeys = await generateKeys();
  const leafKeys = await generateKeys();
  // Back-dated by an hour: clocks of containers differ.
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + VALID_DAYS * 24 * HOUR_MS) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: serialNumber(), name: 'CN=Trawl emulator CA', ...validity, signingAlgorithm: ALGORITHM, keys: caKeys },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serialNumber(), subject: 'CN=localhost', issuer: ca.subject, ...validity },
    ...{ signingAlgorithm: ALGORITHM, publicKey: leafKeys.publicKey, signingKey: caKeys.privateKey },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        // The name of its service in docker-compose.yml.
        { type: 'dns', value: 'emulator' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)).toString('base64');
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
  writeFileSync(files.key, keyPem, { mode: 0o600 });
  writeFileSync(files.certificate, `${leaf.toString('pem')}\n`);
  writeFileSync(files.ca, `${ca.toString('pem')}\n`);
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
