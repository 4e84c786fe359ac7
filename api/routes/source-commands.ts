import type { ApiDeps, ApiInstance } from '../deps.ts';
import { notFound } from '../problem.ts';
import { commandSource, sourceCommands, type SourceCommand } from '../source-commands.ts';
import { startCrawl } from '../start-crawl.ts';
import { IdParams } from '../schemas/common.ts';
import { CommandAnswer, StartAnswer } from '../schemas/crawl.ts';

const tags = ['sources'];

const summaries: Record<SourceCommand, string> = {
  stop: 'End the crawl; what was read stays',
  pause: 'Let the crawl end its current pages and wait',
  resume: 'Go on after a pause',
  'run-now': 'Start the next cycle at once, or probe at once what blocks the source',
  'confirm-retirement': 'Confirm that mailboxes which vanished from the scope have really left: their documents are hidden',
};

/** Starting a source, and the commands that its running crawl takes. */
export function sourceCommandRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, temporal } = deps;

  app.post(
    '/v1/sources/:id/start',
    { schema: { tags, summary: 'Start a crawl; 409 names the one that runs', params: IdParams, response: { 202: StartAnswer } } },
    async (request, reply) => {
      const { id } = request.params;
      const source = await store.sources.get(id);
      if (source === null) throw notFound('source', id);
      const { crawlId } = await startCrawl(deps, source);
      return reply
        .code(202)
        .header('location', `/v1/crawls/${crawlId}`)
        .send({ crawlId, sourceId: id, state: 'running' as const, temporalUrl: temporal.uiUrl(id) });
    },
  );

  for (const command of Object.keys(sourceCommands) as SourceCommand[]) {
    app.post(
      `/v1/sources/:id/${command}`,
      { schema: { tags, summary: summaries[command], params: IdParams, response: { 200: CommandAnswer } } },
      async (request) => {
        const sourceId = request.params.id;
        return { sourceId, state: await commandSource(deps, { sourceId, command, requestId: request.id }) };
      },
    );
  }
}
