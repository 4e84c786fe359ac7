import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

/** A cut of Microsoft's OpenAPI description of Graph v1.0 that may lie beside the project; these tests are skipped without it. */
const description = new URL('../../shared/graph/openapi-subset.json', import.meta.url);

interface Described {
  paths: Record<string, { get?: { parameters?: ({ name: string; in: string } | { $ref: string })[] }; 'x-request-path'?: string }>;
  components: { parameters: Record<string, { name: string }> };
}

const calls: Record<string, (graph: Graph) => Promise<unknown>> = {
  listUsers: (graph) => graph.listUsers({ link: null }, {}),
  probeMailbox: (graph) => graph.probeMailbox({ userId: 'u' }, {}),
  getRootFolderId: (graph) => graph.getRootFolderId({ userId: 'u' }, {}),
  getFolder: (graph) => graph.getFolder({ userId: 'u', folderId: 'f' }, {}),
  readFolderDelta: (graph) => graph.readFolderDelta({ userId: 'u', link: null }, {}),
  readMessageDelta: (graph) => graph.readMessageDelta({ userId: 'u', folderId: 'f', link: null, pageSize: 9 }, {}),
  getMessage: (graph) => graph.getMessage({ userId: 'u', messageId: 'm' }, {}),
  countMessages: (graph) => graph.countMessages({ userId: 'u', folderId: 'f' }, {}),
  listAttachments: (graph) => graph.listAttachments({ userId: 'u', messageId: 'm', withContent: false, maxBytes: 9 }, {}),
  hashAttachment: (graph) => graph.hashAttachment({ userId: 'u', messageId: 'm', attachmentId: 'a' }, {}),
  listCalendars: (graph) => graph.listCalendars({ userId: 'u' }, {}),
  listEvents: (graph) => graph.listEvents({ userId: 'u', calendarId: 'c', link: null, whole: true, pageSize: 9 }, {}),
  getEvent: (graph) => graph.getEvent({ userId: 'u', eventId: 'e' }, {}),
};

describe.skipIf(!existsSync(description))('requests are ones that Microsoft describes', () => {
  let described: Described;
  let microsoft: ScriptedMicrosoft;
  let graph: Graph;
  beforeAll(async () => {
    described = JSON.parse(readFileSync(description, 'utf8')) as Described;
    microsoft = await startScriptedMicrosoft();
    ({ graph } = makeGraph(microsoft));
  });
  afterAll(async () => {
    await graph.close();
    await microsoft.close();
  });

  const queryOf = (parameters: NonNullable<NonNullable<Described['paths'][string]['get']>['parameters']>) =>
    parameters.map((parameter) => ('$ref' in parameter ? described.components.parameters[parameter.$ref.split('/').at(-1)!]!.name : parameter.name));

  function find(path: string) {
    const matches = (template: string) => new RegExp(`^${template.replace(/[$()]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
    const found = Object.entries(described.paths).filter(([template, { 'x-request-path': alias }]) => matches(template) || (alias && matches(alias)));
    return found.find(([template]) => !template.endsWith('}')) ?? found[0];
  }

  test.each(Object.keys(calls))('%s', async (operation) => {
    microsoft.script({ body: { id: 'x', value: operation === 'listCalendars' ? [{ id: 'g' }] : [] } });
    await calls[operation]!(graph).catch(() => undefined);
    expect(microsoft.graphRequests.length).toBeGreaterThan(0);
    for (const { method, url } of microsoft.graphRequests) {
      expect(method).toBe('GET');
      const { pathname, searchParams } = new URL(url, microsoft.origin);
      const found = find(pathname.replace('/v1.0', ''));
      expect(found, pathname).toBeDefined();
      const known = queryOf(found![1].get?.parameters ?? []);
      for (const name of searchParams.keys()) expect(known, `${found![0]} ?${name}`).toContain(name);
    }
  });
});
