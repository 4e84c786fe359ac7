import type { SampledUser } from '../graph/inspector-types.ts';
import { askDirectory } from './try-directory.ts';
import type { Testing } from './testing.ts';

/** A mailbox that is worth a try. */
export interface MailboxSample {
  mailboxId: string;
  address: string | null;
  /** Code of contract/errors.ts where the directory says already that it cannot be tried. */
  code: string | null;
}

const hasPlan = ({ assignedPlans }: SampledUser): boolean =>
  (assignedPlans ?? []).some(({ service, capabilityStatus }) => service?.toLowerCase() === 'exchange' && capabilityStatus === 'Enabled');

const sampleOf = ({ id, mail, userPrincipalName }: SampledUser): MailboxSample => ({
  mailboxId: id,
  address: mail ?? userPrincipalName ?? null,
  code: null,
});

async function named(testing: Testing, address: string): Promise<MailboxSample> {
  const { inspector } = testing;
  const users = await askDirectory(testing, { call: 'findUsers', ask: (options) => inspector.findUsers({ address }, options) });
  const user = users.found?.[0];
  if (user !== undefined) return sampleOf(user);
  // Exchange takes any address of a mailbox itself, where the app may not ask the directory.
  return { mailboxId: address, address, code: users.outcome === 'readable' ? 'TrawlUserNotFound' : null };
}

/**
 * Mailboxes to try, the likeliest first: those that the caller names, then enabled members of the tenant with a plan of
 * Exchange, then others.
 */
export async function sampleMailboxes(
  testing: Testing,
  { addresses, users }: { addresses: readonly string[]; users: readonly SampledUser[] },
): Promise<MailboxSample[]> {
  const wanted = await Promise.all(addresses.map((address) => named(testing, address)));
  const members = users.filter(({ accountEnabled, userType }) => accountEnabled !== false && userType !== 'Guest');
  const likely = [...members.filter(hasPlan), ...members.filter((user) => !hasPlan(user))].map(sampleOf);
  const known = new Set(wanted.map(({ mailboxId }) => mailboxId));
  return [...wanted, ...likely.filter(({ mailboxId }) => !known.has(mailboxId))];
}
