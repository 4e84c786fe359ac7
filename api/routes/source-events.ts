import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { isActive } from '../../contract/workflow/states.ts';
import { crawlDetail } from '../crawl-detail.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { createOpenStreams } from '../open-streams.ts';
import { notFound } from '../problem.ts';
import { toReason } from '../reasons.ts';
import { IdParams } from '../schemas/common.ts';
import { settledSource } from '../settle-source.ts';
import { createSourceWatches, type Seen, type SourceWatches } from '../source-watches.ts';

/** More often than proxies give up on a silent connection. */
const heartbeatMs = 15_000;
/** Then the client comes back by itself and shows its key again, which may have been taken away. */
const streamMs = 15 * 60_000;
/** After how long a client comes back (WHATWG HTML, server-sent events). */
const retryMs = 2000;

const EventStream = {
  description:
    'Server-sent events. `progress` holds {"source": {id, state, stateReason, stateSince}, "crawl": …} as GET /v1/crawls/{id} gives it, whole each time; `end` comes when the crawl has ended',
  // OpenAPI 3.1 has no word for the events of a stream (3.2 has itemSchema), and clients differ in what they hold against a schema.
  content: { 'text/event-stream': { schema: Type.Unknown() } },
};

const schema = {
  tags: ['crawls'],
  summary: 'Follow the crawl of a source',
  params: IdParams,
  response: { 200: EventStream, 204: Type.Null({ description: 'Nothing to come back for: the crawl ended while the client was away' }) },
};

/** What clients are told of a source. */
async function look(deps: Pick<ApiDeps, 'store' | 'temporal' | 'log'>, sourceId: string): Promise<Seen> {
  const source = await settledSource(deps, sourceId);
  if (source === null) return { text: JSON.stringify({ source: null, crawl: null }), ended: true };
  const crawl = source.crawlId === null ? null : await deps.store.crawls.get(source.crawlId);
  const { _id: id, state, stateReason, stateSince } = source;
  const told = {
    source: { id, state, stateReason: toReason(stateReason), stateSince },
    crawl: crawl === null ? null : await crawlDetail(deps, crawl),
  };
  return { text: JSON.stringify(told), ended: !isActive(state) };
}

async function* eventsOf(watches: SourceWatches, { sourceId, signal }: { sourceId: string; signal: AbortSignal }): AsyncGenerator<string> {
  yield `retry: ${retryMs}\n\n`;
  for await (const seen of watches.follow(sourceId, { quietMs: heartbeatMs, signal })) {
    if (seen === null) yield ': still here\n\n';
    else {
      yield `id: ${Date.now()}\nevent: progress\ndata: ${seen.text}\n\n`;
      if (seen.ended) yield 'event: end\ndata: {}\n\n';
    }
  }
}

/** The progress of a crawl, pushed. Each event says everything, so that nothing is lost between two connections. */
export function sourceEventRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, settings, stopping, log } = deps;
  const streams = createOpenStreams({ most: settings.eventStreams, what: 'event streams' });
  const watches = createSourceWatches({
    look: (sourceId) => look(deps, sourceId),
    onFailure: (error) =>
      log.warn({ fault: (error as Error).name }, 'A source could not be looked at for those who follow it; trying again'),
  });
  app.addHook('onClose', () => streams.allClosed());

  app.get('/v1/sources/:id/events', { schema }, async (request, reply) => {
    const sourceId = request.params.id;
    const source = await store.sources.get(sourceId);
    if (source === null) throw notFound('source', sourceId);
    if (request.headers['last-event-id'] !== undefined && !isActive(source.state)) return reply.code(204).send(null);
    const place = streams.open();
    const left = new AbortController();
    const signal = AbortSignal.any([stopping, left.signal, AbortSignal.timeout(streamMs)]);
    const events = Readable.from(eventsOf(watches, { sourceId, signal }));
    reply.raw.once('close', () => left.abort());
    events.once('close', () => place.close());
    return (
      reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        // Events that end since the process does would else leave a connection, for which the server waits 72 s.
        .header('connection', 'close')
        .type('text/event-stream')
        .send(events)
    );
  });
}
