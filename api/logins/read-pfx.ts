import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { bodyFault, invalid } from '../problem.ts';
import type { CertificateParts, GivenCertificate } from './read-certificate.ts';

const { asn1, pki, pkcs12 } = forge;

const fault = (field: string, reason: string, remedy: string) => invalid(bodyFault(`/certificate${field}`, { reason, remedy }));
const unreadable = () => fault('/pfx', 'is not a PFX (PKCS#12) file in base64', 'Export the certificate with its private key as PFX, and give its bytes in base64.');

/** Private key and certificates of a PFX file, which Node reads for TLS alone. Throws ProblemError `invalid-request`. */
export function readPfx({ pfx = '', password = '' }: GivenCertificate): CertificateParts {
  const bags = bagsOf(decoded(pfx), password);
  const keys = bags.filter(({ type }) => type === pki.oids['pkcs8ShroudedKeyBag'] || type === pki.oids['keyBag']);
  const [key] = keys;
  if (key === undefined)
    throw fault('/pfx', 'holds no private key', 'Export it once more with its private key: the certificate alone signs nothing.');
  if (keys.length > 1) throw fault('/pfx', 'holds several private keys', 'Export the one certificate alone.');
  const certificates = bags.filter(({ type }) => type === pki.oids['certBag']).map(toCertificate);
  if (certificates.length === 0) throw fault('/pfx', 'holds no certificate', 'Export the certificate together with its private key.');
  return { key: toKey(key), certificates };
}

function decoded(pfx: string): forge.asn1.Asn1 {
  try {
    return asn1.fromDer(forge.util.createBuffer(Buffer.from(pfx, 'base64').toString('binary')));
  } catch {
    throw unreadable();
  }
}

/** The library says by the words of its errors alone whether the password is wrong. */
function bagsOf(file: forge.asn1.Asn1, password: string): forge.pkcs12.Bag[] {
  try {
    return pkcs12.pkcs12FromAsn1(file, password).safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (error) {
    if (!/password|MAC/i.test((error as Error).message)) throw unreadable();
    throw fault(
      '/password',
      password === '' ? 'is missing, and the file has one' : 'does not open the file',
      'Give the password that the file was exported with.',
    );
  }
}

/** Kinds that the library does not know, such as elliptic curves, come as they are. */
function toKey(bag: forge.pkcs12.Bag): KeyObject {
  const der = bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1;
  try {
    return createPrivateKey({ key: toBytes(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw unreadable();
  }
}

function toCertificate(bag: forge.pkcs12.Bag): X509Certificate {
  try {
    return new X509Certificate(toBytes(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1));
  } catch {
    throw unreadable();
  }
}

function toBytes(tree: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(tree).getBytes(), 'binary');
}
