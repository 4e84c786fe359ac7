import type { RequestTelemetry } from '../chain/telemetry.ts';
import { createGraph, type GraphSettings, type LastingGraph } from '../create-graph.ts';
import type { ScriptedMicrosoft } from './scripted-microsoft.ts';

export const tenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
export const clientId = '11111111-2222-3333-4444-555555555555';
export const secret = 'canary~secret~8Q.value';

/** A Graph for the scripted server, with all that it logs and reports. */
export function makeGraph(
  microsoft: ScriptedMicrosoft,
  settings: Partial<GraphSettings> = {},
): { graph: LastingGraph; logged: unknown[]; reported: RequestTelemetry[] } {
  const logged: unknown[] = [];
  const reported: RequestTelemetry[] = [];
  const keep = (...entry: unknown[]) => void logged.push(entry);
  const graph = createGraph({
    endpoints: { authority: microsoft.origin, graph: microsoft.origin },
    tenantId,
    clientId,
    login: { kind: 'secret', secret },
    extraCaFile: microsoft.caFile,
    connections: 8,
    requestTimeoutMs: 5_000,
    log: { debug: keep, warn: keep },
    onRequest: (request) => reported.push(request),
    ...settings,
  });
  return { graph, logged, reported };
}
