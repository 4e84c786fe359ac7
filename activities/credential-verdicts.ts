import { capabilities, grantOf, type Capability } from '../contract/capabilities.ts';
import type { CapabilityVerdict } from '../contract/credential-test.ts';
import type { DirectoryFindings } from './try-directory.ts';
import type { Found, MailboxFindings } from './try-mailbox.ts';
import type { ServiceFindings } from './try-services.ts';

/** All that was tried of a credential that could sign in. */
export interface Findings {
  /** Permissions in the token. */
  permissions: readonly string[];
  directory: Omit<DirectoryFindings, 'tenantName' | 'appName' | 'users'> & { users: Found };
  mailboxes: readonly MailboxFindings[];
  services: ServiceFindings;
}

type Judged = Pick<CapabilityVerdict, 'state' | 'code' | 'policy' | 'tried'>;

const once = (found: Found): Judged => {
  const state = found.outcome === 'readable' ? 'works' : found.outcome === 'refused' ? 'refused' : 'cannotTell';
  return { state, code: found.code, policy: null, tried: null };
};

/** Many mailboxes or drives as one: those that are not there say nothing. */
function together(found: readonly Found[]): Judged {
  const count = (outcome: Found['outcome']) => found.filter((one) => one.outcome === outcome).length;
  const [readable, refused] = [count('readable'), count('refused')];
  const tried = { tried: found.length, readable, refused, cannotTell: found.length - readable - refused };
  const codeOf = (outcome: Found['outcome']) => found.find((one) => one.outcome === outcome)?.code ?? null;
  if (readable > 0) return { state: refused > 0 ? 'partly' : 'works', code: codeOf('refused'), policy: null, tried };
  if (refused > 0) return { state: 'refused', code: codeOf('refused'), policy: null, tried };
  return { state: 'cannotTell', code: codeOf('cannotTell') ?? codeOf('absent') ?? 'TrawlNothingToTry', policy: null, tried };
}

/**
 * What a policy of Exchange has to do with it. Consent holds for all mailboxes, so that what is refused all the same is kept
 * back by an access policy; what is given without consent comes of a role that was assigned in Exchange, perhaps for some
 * mailboxes only (learn.microsoft.com/exchange/permissions-exo/application-rbac).
 */
function byPolicy(judged: Judged, granted: string | null): Judged {
  const { state, code } = judged;
  if (granted !== null && code !== 'TrawlBasicOnly' && (state === 'refused' || state === 'partly'))
    return { ...judged, policy: 'accessPolicy' };
  if (granted === null && (state === 'works' || state === 'partly')) return { ...judged, state: 'partly', policy: 'applicationRbac' };
  return judged;
}

function ofMailboxes(capability: Capability, { mailboxes }: Findings): Judged {
  const found = mailboxes.map((mailbox): Found => {
    const missing = { outcome: 'cannotTell', code: mailbox.code ?? 'TrawlNothingToTry' } as const;
    return mailbox.found[capability] ?? missing;
  });
  return together(found);
}

/**
 * Notifications cannot be tried without subscribing, which would change something: whoever may ask for its subscriptions and
 * read the mailbox may have them. Whether a role of Exchange does in place of consent, Microsoft does not say.
 */
function ofNotifications({ services, permissions, mailboxes }: Findings): Judged {
  const asked = once(services.subscriptions);
  if (asked.state !== 'works' || grantOf('notifications', permissions) !== null) return asked;
  const byExchange = mailboxes.some(({ found }) => found.mail?.outcome === 'readable' || found.calendars?.outcome === 'readable');
  return { ...asked, state: byExchange ? 'cannotTell' : 'refused', code: 'TrawlNotGranted' };
}

/** What keeps the app from mailboxes keeps it from their archives. */
function ofArchives(findings: Findings): Judged {
  const judged = ofMailboxes('archive', findings);
  return judged.state === 'refused' || judged.state === 'partly' ? { ...judged, policy: judge('mail', findings).policy } : judged;
}

/** With a permission for the basics, an empty calendar does not show that words would be kept back. */
function ofCalendars(findings: Findings): Judged {
  const judged = ofMailboxes('calendars', findings);
  const { permissions } = findings;
  const isBasic = grantOf('calendars', permissions) === null && permissions.includes('Calendars.ReadBasic.All');
  if (!isBasic || (judged.state !== 'works' && judged.state !== 'partly')) return judged;
  return { ...judged, state: judged.state === 'partly' ? 'refused' : 'cannotTell', code: 'TrawlBasicOnly' };
}

function ofSites({ services, permissions }: Findings): Judged {
  const judged = once(services.sites);
  if (judged.state !== 'refused' || !permissions.includes('Sites.Selected')) return judged;
  return { ...judged, state: 'partly', policy: 'sitesSelected' };
}

function judge(capability: Capability, findings: Findings): Judged {
  const { directory, services, permissions } = findings;
  switch (capability) {
    case 'users':
    case 'groups':
    case 'hiddenMembership':
    case 'domains':
      return once(directory[capability]);
    case 'notifications':
      return ofNotifications(findings);
    case 'drives':
      return together(services.drives);
    case 'sites':
      return ofSites(findings);
    case 'archive':
      return ofArchives(findings);
    case 'calendars':
      return byPolicy(ofCalendars(findings), grantOf(capability, permissions));
    default:
      return byPolicy(ofMailboxes(capability, findings), grantOf(capability, permissions));
  }
}

/** What was found of every capability, in the order of the table. */
export function verdictsOf(findings: Findings): CapabilityVerdict[] {
  const { permissions } = findings;
  return capabilities.map((capability) => ({ capability, granted: grantOf(capability, permissions), ...judge(capability, findings) }));
}

/** Where nobody is signed in, nothing can be told of anything. */
export function noVerdicts(code: string): CapabilityVerdict[] {
  return capabilities.map((capability) => ({ capability, state: 'cannotTell', code, granted: null, policy: null, tried: null }));
}
