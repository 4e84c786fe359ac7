import type { Credential } from '../../contract/credential.ts';
import { expiryOf } from '../../contract/credential-login.ts';

const whatEnds = { secret: 'client secret', certificate: 'certificate', federatedToken: 'token' } as const;

/** What is said of a credential whose secret or certificate ends soon, or has ended; its sources say it too. */
export function expiryWarnings(
  { name, kind, expiresAt }: Pick<Credential, 'name' | 'kind' | 'expiresAt'>,
  { expiryWarningDays: warnDays }: { expiryWarningDays: number },
): string[] {
  const expiry = expiryOf(expiresAt, { now: new Date(), warnDays });
  if (expiry === null || expiresAt === null || expiry.state === 'valid') return [];
  const day = expiresAt.toISOString().slice(0, 10);
  const what = `The ${whatEnds[kind]} of credential ${name}`;
  const remedy = `Save a new one with PATCH /v1/credentials/{id}; running crawls take it up.`;
  if (expiry.state === 'expired') return [`${what} ended on ${day}: Entra refuses it, and its crawls are blocked. ${remedy}`];
  return [`${what} ends on ${day}, ${expiry.days === 1 ? 'in 1 day' : `in ${expiry.days} days`}; its crawls are blocked then. ${remedy}`];
}
