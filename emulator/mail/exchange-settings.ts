import { primaryGuid } from '../data/archive-base.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { isBeta } from './version.ts';

const READERS = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'User.Read', 'User.ReadWrite'];

export const exchangeSettingsRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/settings/exchange', { kind: 'settings.exchange', roles: READERS, handle: exchangeSettings }),
];

/** The ids that a user's mailboxes are addressed by; that of the archive is told by beta alone. */
function exchangeSettings({ request, user, world }: MailboxContext): Answer {
  const primaryMailboxId = `MBX:${primaryGuid(user.id)}@${world.tenant.id}`;
  return json({
    '@odata.context': contextUrl(request, `users('${user.id}')/settings/exchange/$entity`),
    id: 'exchange',
    primaryMailboxId,
    ...(isBeta(request) ? { inPlaceArchiveMailboxId: world.archiveOf(user)?.id ?? null } : {}),
  });
}
