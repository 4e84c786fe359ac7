import { pino } from 'pino';
import { buildApi } from './app.ts';
import type { ApiDeps } from './deps.ts';

/** Registering routes asks nothing of these; only requests do, and none is answered here. */
const unasked: ApiDeps = {
  store: {} as ApiDeps['store'],
  temporal: {} as ApiDeps['temporal'],
  settings: {
    ...{ customEndpoints: [], requestsPerMinute: 1, corsOrigins: [], signIn: null },
    ...{ tokenFolders: [], expiryWarningDays: 1, exportsAtOnce: 1, eventStreams: 1 },
  },
  stopping: new AbortController().signal,
  log: pino({ level: 'silent' }),
};

/** The OpenAPI document as `/docs/json` serves it, without MongoDB and Temporal. */
export async function openApiDocument(): Promise<object> {
  const app = await buildApi(unasked);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
