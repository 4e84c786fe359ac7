import { encrypted, ReadingError } from '../reading-error.ts';
import type { Reader } from './reader.ts';

/** Object id of enveloped data (RFC 5652): 1.2.840.113549.1.7.3, and of authenticated enveloped data, 1.2.840.113549.1.9.16.1.23. */
const enveloped = [
  Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03]),
  Buffer.from([0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17]),
];

/** S/MIME: what is enveloped is encrypted; what is only signed is a form that is not read. */
export const readPkcs7: Reader = ({ bytes }) => {
  const head = Buffer.from(bytes.subarray(0, 64));
  if (enveloped.some((oid) => head.includes(oid)))
    throw encrypted('The message is encrypted with S/MIME: its text cannot be read without the key');
  throw new ReadingError('unsupported', 'Files of type application/pkcs7-mime are not read for their text');
};

export const readPgp: Reader = () => {
  throw encrypted('The message is encrypted with PGP: its text cannot be read without the key');
};
