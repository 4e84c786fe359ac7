import { changeKeyOf } from '../../data/ids.ts';
import type { ItemView } from '../../data/mailbox-state.ts';
import type { MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';

/** If-Match names the changeKey that the client saw; another one now is a conflict. */
export function checkUnchanged({ request, mailbox }: MailboxContext, item: Pick<ItemView, 'key' | 'changedSeq'>): void {
  const wanted = request.header('if-match');
  if (wanted === undefined || wanted.trim() === '*') return;
  const changeKey = changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq });
  const isNamed = wanted.split(',').some((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '') === changeKey);
  if (!isNamed) throw irresolvableConflict();
}

function irresolvableConflict(): Error {
  return problem(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}

/** What writes into a full mailbox is refused, delta too, which keeps its state there: learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode, graph/api/mailfolder-delta. */
export function checkRoom({ mailbox }: Pick<MailboxContext, 'mailbox'>): void {
  if (mailbox.settings.overQuota) throw problem(403, 'ErrorQuotaExceeded', 'The mailbox has exceeded its maximum mailbox size.');
}
