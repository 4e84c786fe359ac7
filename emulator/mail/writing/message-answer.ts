import { json, type Answer } from '../../http/answer.ts';
import type { MailboxContext } from '../../http/graph-context.ts';
import { contextUrl } from '../../http/odata.ts';
import { preferenceHeader } from '../message-in-folder.ts';
import { renderMessage } from '../render-message.ts';

/** A message as it is after a write, by the key that it has in the mailbox. */
export function messageAnswer(context: MailboxContext, parts: { readonly key: string; readonly status: number }): Answer {
  const { request, mailbox, user, params } = context;
  const place = params['mailFolder-id'] === undefined ? '' : `/mailFolders('${encodeURIComponent(params['mailFolder-id'])}')`;
  const entity = renderMessage(mailbox, mailbox.item(parts.key)!, { prefer: request.prefer, selected: undefined });
  const body = { '@odata.context': contextUrl(request, `users('${user.id}')${place}/messages/$entity`), ...entity };
  return { ...json(body, preferenceHeader(context)), status: parts.status };
}
