import 'reflect-metadata';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { CLOUD_HOSTS } from './cloud-hosts.ts';

export interface Certificates {
  readonly caFile: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** For a name that a client asked for in its handshake: Microsoft's own hosts have a certificate of this authority too. */
  contextFor(name: string): SecureContext | undefined;
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
  const file = (name: string) => join(folder, `${name}.pem`);
  const files: Files = { ca: file('ca'), certificate: file('server'), cloud: file('cloud'), key: file('server-key') };
  if (!Object.values(files).every((path: string) => existsSync(path))) await makeCertificates(folder, files);
  const read = (path: string) => readFileSync(path, 'utf8');
  const key = read(files.key);
  const cloud = createSecureContext({ cert: read(files.cloud), key });
  const contextFor = (name: string) => (CLOUD_HOSTS.has(name.toLowerCase()) ? cloud : undefined);
  return { caFile: files.ca, ca: read(files.ca), certificate: read(files.certificate), key, contextFor };
}

interface Files {
  readonly ca: string;
  readonly certificate: string;
  /** For Microsoft's hosts. */
  readonly cloud: string;
  readonly key: string;
}

const OWN_NAMES: x509.JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  // The name of its service in docker-compose.yml.
  { type: 'dns', value: 'emulator' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
];

async function makeCertificates(folder: string, files: Files): Promise<void> {
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
  const sign = async (subject: string, names: x509.JsonGeneralNames) =>
    x509.X509CertificateGenerator.create({
      ...{ serialNumber: serialNumber(), subject, issuer: ca.subject, ...validity },
      ...{ signingAlgorithm: ALGORITHM, publicKey: leafKeys.publicKey, signingKey: caKeys.privateKey },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(names),
        await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
      ],
    });
  const own = await sign('CN=localhost', OWN_NAMES);
  const cloud = await sign(
    'CN=graph.microsoft.com',
    [...CLOUD_HOSTS].map((value) => ({ type: 'dns' as const, value })),
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)).toString('base64');
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
  writeFileSync(files.key, keyPem, { mode: 0o600 });
  writeFileSync(files.certificate, `${own.toString('pem')}\n`);
  writeFileSync(files.cloud, `${cloud.toString('pem')}\n`);
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
