import { callerOf, isReaderAlone } from '../auth.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { GeographyAnswer, toGeographyAnswer } from '../schemas/geography.ts';

const schema = {
  tags: ['documents'],
  summary: 'Documents, sources and mailboxes by country',
  response: { 200: GeographyAnswer },
};

/**
 * Where things are. Documents are counted in datasets whose groups the caller is in, whatever its role; a reader is told of
 * the sources of these alone, the others of all sources.
 */
export function geographyRoutes(app: ApiInstance, { store }: ApiDeps): void {
  app.get('/v1/geography', { schema }, async (request) => {
    const caller = callerOf(request);
    const visible = await store.datasets.visibleTo(await caller.groups());
    const sourcesOf = isReaderAlone(caller) ? visible : null;
    return toGeographyAnswer(await store.geography.countries({ documentsOf: visible, sourcesOf }));
  });
}
