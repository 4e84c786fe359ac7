import { Type } from 'typebox';
import { noteSubject } from '../audit.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { sourceUpdates } from '../../contract/workflow/names.ts';
import { notFound } from '../problem.ts';
import { retryCrawl } from '../retry-crawl.ts';
import { closed, Id, IdParams } from '../schemas/common.ts';
import { RetryAnswer } from '../schemas/crawl.ts';

const tags = ['crawls'];

const MailboxParams = Type.Object(
  {
    id: Id,
    mailboxId: Type.String({ minLength: 1, maxLength: 200, description: 'the mailboxId of a mailbox, as the list of mailboxes gives it' }),
  },
  closed,
);

const schemas = {
  blocked: { tags, summary: 'Crawl all blocked mailboxes of a source again', params: IdParams, response: { 202: RetryAnswer } },
  mailbox: { tags, summary: 'Crawl one mailbox again', params: MailboxParams, response: { 202: RetryAnswer } },
};

/** Taking up again what a crawl could not do, in the running crawl or in one that is started for it. */
export function retryRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store } = deps;

  app.post('/v1/sources/:id/mailboxes/retry', { schema: schemas.blocked }, async (request, reply) => {
    const source = await store.sources.get(request.params.id);
    if (source === null) throw notFound('source', request.params.id);
    const retried = await retryCrawl(deps, { source, update: sourceUpdates.retryBlocked, requestId: request.id });
    return reply.code(202).send({ sourceId: source._id, ...retried });
  });

  app.post('/v1/sources/:id/mailboxes/:mailboxId/retry', { schema: schemas.mailbox }, async (request, reply) => {
    const { id: sourceId, mailboxId } = request.params;
    const [source, mailbox] = await Promise.all([store.sources.get(sourceId), store.mailboxes.get({ sourceId, mailboxId })]);
    if (source === null) throw notFound('source', sourceId);
    // The id comes from the caller and may be an address: it is not repeated.
    if (mailbox === null) throw notFound('mailbox', 'of that mailboxId in this source');
    noteSubject(request, sourceId);
    const retried = await retryCrawl(deps, { source, update: sourceUpdates.retryMailbox, arg: mailboxId, requestId: request.id });
    return reply.code(202).send({ sourceId, ...retried });
  });
}
