import { Type, type Static } from 'typebox';
import { StoredDate } from './schema.ts';

/** By what an app proves who it is: learn.microsoft.com/entra/identity-platform/certificate-credentials, …/workload-id/workload-identity-federation. */
export const credentialKinds = ['secret', 'certificate', 'federatedToken'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** What may be shown of a certificate: it is public, and by its thumbprints an administrator finds it in Entra. */
export const CertificateFacts = Type.Object({
  /** SHA-256 of the certificate in base64url, as an assertion's header names it. */
  x5tS256: Type.String({ maxLength: 60 }),
  /** SHA-1 in hexadecimal digits, as Entra's pages list it. */
  sha1: Type.String({ maxLength: 60 }),
  notBefore: StoredDate,
  notAfter: StoredDate,
});
export type CertificateFacts = Static<typeof CertificateFacts>;

/** A login as it is given; its secret parts are sealed before anything is stored. */
export type GivenLogin =
  | { kind: 'secret'; secret: string; expiresAt: Date | null }
  /** `pem` holds the private key and the certificate. */
  | { kind: 'certificate'; pem: string; certificate: CertificateFacts }
  | { kind: 'federatedToken'; tokenFile: string };

const dayMs = 86_400_000;

export const expiryStates = ['valid', 'expiring', 'expired'] as const;

export interface Expiry {
  state: (typeof expiryStates)[number];
  /** Whole days that are left; negative when it is over. */
  days: number;
}

/** How long a login is good for; null when nobody knows when it ends. */
export function expiryOf(expiresAt: Date | null, { now, warnDays }: { now: Date; warnDays: number }): Expiry | null {
  if (expiresAt === null) return null;
  const leftMs = expiresAt.getTime() - now.getTime();
  const days = Math.floor(leftMs / dayMs);
  return { days, state: leftMs <= 0 ? 'expired' : leftMs <= warnDays * dayMs ? 'expiring' : 'valid' };
}
