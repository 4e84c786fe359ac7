import type { MailboxClass } from '../contract/mailbox-class.ts';
import type { GraphUserHints } from '../graph/types.ts';

/** Exchange's words (`userPurpose`; learn.microsoft.com/graph/api/resources/mailboxsettings) in Trawl's. */
const purposes: Record<string, MailboxClass> = {
  user: 'user',
  linked: 'linked',
  shared: 'shared',
  room: 'room',
  equipment: 'equipment',
  others: 'other',
};

/** What the directory says of a user, as far as it bears on the mailbox. */
export interface DirectoryHints {
  guest: boolean;
  /** A plan of Exchange is in force; shared mailboxes and rooms need none. */
  plan: boolean;
  /** There was one: Exchange keeps a mailbox for 30 days after its licence was taken. */
  planLost: boolean;
  synced: boolean;
}

export function toHints(user: GraphUserHints): DirectoryHints {
  const exchange = (user.assignedPlans ?? []).filter((plan) => plan.service?.toLowerCase() === 'exchange');
  const states = exchange.map((plan) => plan.capabilityStatus?.toLowerCase() ?? '');
  // `Warning` is the time of grace (learn.microsoft.com/graph/api/resources/assignedplan).
  const plan = states.some((state) => state === 'enabled' || state === 'warning');
  return {
    guest: user.userType?.toLowerCase() === 'guest',
    plan,
    planLost: !plan && states.length > 0,
    synced: user.onPremisesSyncEnabled === true,
  };
}

/** The class of a mailbox that can be read; null where Exchange's word says nothing, and the directory has to be asked. */
export function classOfPurpose(purpose: string | null): MailboxClass | null {
  return (purpose === null ? undefined : purposes[purpose.toLowerCase()]) ?? null;
}

/** Without Exchange's word only what the directory is sure of: a mailbox without a plan may be shared, a room or equipment. */
export function classOfReadable({ guest, plan }: DirectoryHints): MailboxClass {
  if (guest) return 'guest';
  return plan ? 'user' : 'unknown';
}

/** Why there is no mailbox to read. */
export interface Absence {
  class: MailboxClass;
  code: string;
  /** A real failure, where a mailbox should be. */
  failed: boolean;
}

/**
 * What a refusal of Exchange means, with the directory's help: Exchange says the same of guests, unlicensed users, mailboxes
 * on premises and soft-deleted ones, in words that vary by data centre.
 */
export function absenceOf(code: string, hints: DirectoryHints): Absence | null {
  const absent = (kind: MailboxClass, reason: string): Absence => ({ class: kind, code: reason, failed: false });
  const { guest, plan, planLost, synced } = hints;
  const lower = code.toLowerCase();
  if (lower === 'request_resourcenotfound') return null;
  if (guest) return absent('guest', 'TrawlGuest');
  // With a plan, both mean something else than that there is no mailbox.
  if (lower === 'authenticationerror' && plan) return { class: 'unknown', code, failed: true };
  if (lower === 'extensionerror' && !synced) return { class: 'unknown', code, failed: true };
  if (synced) return absent('onPremises', 'TrawlOnPremises');
  if (planLost) return absent('softDeleted', 'TrawlSoftDeleted');
  if (!plan) return absent('unlicensed', 'TrawlUnlicensed');
  const isNew = lower === 'errornonexistentmailbox' || lower === 'resourcenotfound';
  return isNew ? absent('notStarted', 'TrawlNotStarted') : absent('softDeleted', 'TrawlSoftDeleted');
}
