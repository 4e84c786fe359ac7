import { createTrawlClient, type Problem } from './create-trawl-client.ts';

/** Which sources there are and how they stand, and the newest documents with the given words, each with its link into Outlook. */
const { API: baseUrl = 'http://127.0.0.1:8080', KEY: key = '' } = process.env;
const trawl = createTrawlClient({ baseUrl, key });

/** The answer, or an end of the program with the problem's words. */
function answerOf<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data !== undefined) return data;
  const { detail, errors = [] } = error as Problem;
  for (const { field, reason, remedy } of errors) process.stderr.write(`${field} ${reason}: ${remedy}\n`);
  process.stderr.write(`${detail}\n`);
  process.exit(1);
}

const sources = answerOf(await trawl.GET('/v1/sources', { params: { query: { limit: 200 } } }));
for (const { description, state, stateReason } of sources.items) {
  process.stdout.write(`${state}  ${description}${stateReason === null ? '' : ` (${stateReason.words}: ${stateReason.remedy})`}\n`);
}

const q = process.argv.slice(2).join(' ');
if (q !== '') {
  const documents = answerOf(await trawl.GET('/v1/documents', { params: { query: { q, sort: 'newest', limit: 10 } } }));
  for (const { subject, receivedAt, webLink } of documents.items) {
    process.stdout.write(`${receivedAt ?? ''}  ${subject ?? ''}  ${webLink ?? ''}\n`);
  }
}
