import { parentPort, workerData } from 'node:worker_threads';
import forge from 'node-forge';

const { asn1, pki, pkcs12 } = forge;

export interface PfxFile {
  /** In base64. */
  pfx: string;
  password: string;
}

/** What is in a file, in DER; or why it cannot be read. */
export type PfxAnswer = { keys: Uint8Array[]; certificates: Uint8Array[] } | { fault: 'unreadable' | 'password' };

/** Kinds that the library does not know, such as elliptic curves, come as they are. */
function read({ pfx, password }: PfxFile): PfxAnswer {
  const bags = pkcs12
    .pkcs12FromAsn1(asn1.fromDer(Buffer.from(pfx, 'base64').toString('binary')), password)
    .safeContents.flatMap(({ safeBags }) => safeBags);
  const ofTypes = (...names: string[]) => bags.filter(({ type }) => names.some((name) => type === pki.oids[name]));
  return {
    keys: ofTypes('pkcs8ShroudedKeyBag', 'keyBag').map(({ key, asn1: tree }) =>
      toDer(key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : tree),
    ),
    certificates: ofTypes('certBag').map(({ cert, asn1: tree }) => toDer(cert ? pki.certificateToAsn1(cert) : tree)),
  };
}

function toDer(tree: forge.asn1.Asn1): Uint8Array {
  return Buffer.from(asn1.toDer(tree).getBytes(), 'binary');
}

function answer(): PfxAnswer {
  try {
    return read(workerData as PfxFile);
  } catch (error) {
    // The library says by the words of its errors alone whether the password is wrong.
    return { fault: /password|MAC/i.test((error as Error).message) ? 'password' : 'unreadable' };
  }
}

parentPort?.postMessage(answer());
