import { sampleGroupId } from '../contract/security-group.ts';
import { isActive, type CrawlMode, type SourceState } from '../contract/workflow/states.ts';
import { isPassing, type ApiClient } from './api-client.ts';
import { waitUntil } from './wait-until.ts';

/** The local Microsoft 365, as an app registration sees it. */
export interface SampleTenant {
  origin: string;
  tenantId: string;
  clientId: string;
  secret: string;
}

export interface SampleSource {
  id: string;
  state: SourceState;
  stateReason: { code: string; words?: string; remedy?: string } | null;
  mode: CrawlMode;
  intervalMs: number;
  crawlId: string | null;
  temporalUrl: string | null;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

const sampleName = 'Sample organisation';
/** The group of the first admin key (docs/configuration.md, TRAWL_FIRST_KEY_GROUPS), so that it may search the documents. */
const sampleGroups = [{ id: sampleGroupId, displayName: 'Sample readers' }];
const intervalMs = 60_000;

async function findByName(api: ApiClient, path: string): Promise<string | null> {
  let after: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '200', ...(after === null ? {} : { after }) });
    const page: Page<{ id: string; name: string }> = await api.call('GET', `${path}?${query}`);
    const found = page.items.find((item) => item.name === sampleName);
    if (found) return found.id;
    after = page.next;
  } while (after !== null);
  return null;
}

async function makeDataset(api: ApiClient): Promise<string> {
  const found = await findByName(api, '/v1/datasets');
  if (found !== null) return found;
  return (await api.call<{ id: string }>('POST', '/v1/datasets', { name: sampleName, groups: sampleGroups })).id;
}

async function makeCredential(api: ApiClient, tenant: SampleTenant): Promise<string> {
  const found = await findByName(api, '/v1/credentials');
  if (found !== null) return found;
  const { origin, tenantId, clientId, secret } = tenant;
  const body = { name: sampleName, cloud: 'custom', endpoints: { authority: origin, graph: origin }, tenantId, clientId, secret };
  return (await api.call<{ id: string }>('POST', '/v1/credentials', body)).id;
}

/** Makes the sample's dataset, credential and source through the API, each unless it is there; gives the source's id. */
export async function makeSampleSource(options: { api: ApiClient; tenant: SampleTenant; mode: CrawlMode }): Promise<string> {
  const { api, tenant, mode } = options;
  const datasetId = await makeDataset(api);
  const credentialId = await makeCredential(api, tenant);
  const found = await api.call<Page<{ id: string }>>('GET', `/v1/sources?${new URLSearchParams({ credentialId, datasetId })}`);
  if (found.items[0]) return found.items[0].id;
  const body = { datasetId, credentialId, service: 'exchange', scope: { kind: 'everything' }, country: 'DE', mode, intervalMs };
  return (await api.call<{ id: string }>('POST', '/v1/sources', body)).id;
}

export function readSource(api: ApiClient, sourceId: string): Promise<SampleSource> {
  return api.call('GET', `/v1/sources/${sourceId}`);
}

/** Has the source crawled in the given mode: starts a crawl, or lets the one that is at work go on. Gives the crawl's id. */
export async function crawlSample(options: { api: ApiClient; sourceId: string; mode: CrawlMode }): Promise<string> {
  const { api, sourceId, mode } = options;
  let source = await readSource(api, sourceId);
  if (source.mode !== mode) source = await api.call('PATCH', `/v1/sources/${sourceId}`, { mode, intervalMs });
  if (!isActive(source.state)) {
    return (await api.call<{ crawlId: string }>('POST', `/v1/sources/${sourceId}/start`)).crawlId;
  }
  if (source.state === 'waiting' || source.state === 'blocked') await api.call('POST', `/v1/sources/${sourceId}/run-now`);
  if (source.state === 'paused' || source.state === 'pausing') await api.call('POST', `/v1/sources/${sourceId}/resume`);
  if (source.crawlId === null) throw new Error(`Source ${sourceId} is ${source.state} without a crawl`);
  return source.crawlId;
}

const startWithinMs = 90_000;

/** The local Microsoft 365 may be starting anew too: then no source can be made that it is asked for. */
const isUntestable = (error: unknown): boolean => (error as { type?: string }).type === 'urn:trawl:problem:connection-test-failed';

/**
 * Makes the sample's source and has it crawled; again while the API or one of its servers is starting anew, since each step
 * looks first for what an earlier try has made.
 */
export async function startSample(options: {
  api: ApiClient;
  tenant: SampleTenant;
  mode: CrawlMode;
  signal: AbortSignal;
}): Promise<{ sourceId: string; crawlId: string }> {
  const { api, mode, signal } = options;
  const done = await waitUntil({
    what: 'the start of the sample crawl',
    withinMs: startWithinMs,
    signal,
    ask: async () => {
      try {
        const sourceId = await makeSampleSource(options);
        return { sourceId, crawlId: await crawlSample({ api, sourceId, mode }) };
      } catch (error) {
        if (isPassing(error) || isUntestable(error)) throw error;
        return { error };
      }
    },
  });
  if ('error' in done) throw done.error;
  return done;
}
