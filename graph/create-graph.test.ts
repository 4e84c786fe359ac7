import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGraph } from './create-graph.ts';
import { startScriptedMicrosoft, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

let microsoft: ScriptedMicrosoft;
let graph: Graph;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());
beforeEach(() => {
  graph = createGraph({
    endpoints: { authority: microsoft.origin, graph: microsoft.origin },
    tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95', clientId: 'a', secret: 'canary-secret', extraCaFile: microsoft.caFile, connections: 4,
    log: { debug() {}, warn() {} },
  });
});

test('smoke', async () => {
  microsoft.script({ body: { value: [{ id: 'u1', mail: 'a@b' }, { id: 3 }], '@odata.nextLink': `${microsoft.origin}/v1.0/users?$skiptoken=x` } });
  const page = await graph.listUsers({ link: null }, {});
  expect(page.items.length).toBe(1);
  await graph.close();
});
