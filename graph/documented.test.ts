import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shapes, type Shape } from './schemas.ts';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

/**
 * A cut of Microsoft's OpenAPI description of Graph v1.0 and examples of its documentation, which may lie beside the project;
 * these tests are skipped without them.
 */
const description = new URL('../../shared/graph/openapi-subset.json', import.meta.url);
const samples = new URL('../../shared/graph/doc-samples/', import.meta.url);

interface Described {
  paths: Record<string, { get?: { parameters?: ({ name: string; in: string } | { $ref: string })[] }; 'x-request-path'?: string }>;
  components: { parameters: Record<string, { name: string }>; schemas: Record<string, Schema> };
}
interface Schema {
  allOf?: ({ $ref: string } | Schema)[];
  properties?: Record<string, unknown>;
}

const range = { from: '2026-01-01T00:00:00Z', before: '2026-01-02T00:00:00Z', attachedOnly: true, most: 9 };

const calls: Record<string, (graph: Graph) => Promise<unknown>> = {
  listUsers: (graph) => graph.listUsers({ link: null }, {}),
  listDomainUsers: (graph) => graph.listDomainUsers({ domain: 'd.example', link: null }, {}),
  listDomains: (graph) => graph.listDomains({}),
  findUsers: (graph) => graph.findUsers({ address: 'u@d.example' }, {}),
  listUsersById: (graph) => graph.listUsersById({ userIds: ['u'] }, {}),
  findGroups: (graph) => graph.findGroups({ address: 'g@d.example' }, {}),
  listTransitiveMembers: (graph) => graph.listTransitiveMembers({ groupId: 'g', link: null }, {}),
  listMemberOf: (graph) => graph.listMemberOf({ userId: 'u', link: null }, {}),
  hasMembers: (graph) => graph.hasMembers({ groupId: 'g' }, {}),
  probeMailbox: (graph) => graph.probeMailbox({ userId: 'u' }, {}),
  getRootFolderId: (graph) => graph.getRootFolderId({ userId: 'u' }, {}),
  getFolder: (graph) => graph.getFolder({ userId: 'u', folderId: 'f' }, {}),
  listChildFolders: (graph) => graph.listChildFolders({ userId: 'u', folderId: 'f' }, {}),
  getUserPurpose: (graph) => graph.getUserPurpose({ userId: 'u' }, {}),
  getUserHints: (graph) => graph.getUserHints({ userId: 'u' }, {}),
  readFolderDelta: (graph) => graph.readFolderDelta({ userId: 'u', link: null }, {}),
  readMessageDelta: (graph) => graph.readMessageDelta({ userId: 'u', folderId: 'f', link: null, pageSize: 9 }, {}),
  getMessage: (graph) => graph.getMessage({ userId: 'u', messageId: 'm' }, {}),
  countMessages: (graph) => graph.countMessages({ userId: 'u', folderId: 'f' }, {}),
  listAttachments: (graph) => graph.listAttachments({ userId: 'u', messageId: 'm', withContent: false, maxBytes: 9 }, {}),
  listWithAttachments: (graph) => graph.listWithAttachments({ userId: 'u', folderId: 'f', ...range, maxBytes: 9 }, {}),
  readAttachment: (graph) => graph.readAttachment({ userId: 'u', messageId: 'm', attachmentId: 'a' }, {}),
  listCalendars: (graph) => graph.listCalendars({ userId: 'u' }, {}),
  listEvents: (graph) => graph.listEvents({ userId: 'u', calendarId: 'c', link: null, whole: true, pageSize: 9 }, {}),
  getEvent: (graph) => graph.getEvent({ userId: 'u', eventId: 'e' }, {}),
};

/** The type of what an operation's `$select` names. */
const selectedTypes: Record<string, string> = {
  listUsers: 'user',
  listDomainUsers: 'user',
  listDomains: 'domain',
  findUsers: 'user',
  listUsersById: 'user',
  findGroups: 'group',
  probeMailbox: 'mailFolder',
  getRootFolderId: 'mailFolder',
  getFolder: 'mailFolder',
  listChildFolders: 'mailFolder',
  getUserHints: 'user',
  readFolderDelta: 'mailFolder',
  readMessageDelta: 'message',
  getMessage: 'message',
  listAttachments: 'attachment',
  listWithAttachments: 'message',
  listCalendars: 'calendar',
  listEvents: 'event',
  getEvent: 'event',
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
    parameters.map((parameter) =>
      '$ref' in parameter ? described.components.parameters[parameter.$ref.split('/').at(-1)!]!.name : parameter.name,
    );

  function find(path: string) {
    const matches = (template: string) => new RegExp(`^${template.replace(/[$()]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
    const found = Object.entries(described.paths).filter(
      ([template, { 'x-request-path': alias }]) => matches(template) || (alias && matches(alias)),
    );
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
      if (!found) throw new Error(`Microsoft describes no path ${pathname}`);
      const known = queryOf(found[1].get?.parameters ?? []);
      expect(known).toEqual(expect.arrayContaining([...searchParams.keys()]));
    }
  });

  function propertiesOf(type: string): string[] {
    const collect = (schema: Schema): string[] => [
      ...Object.keys(schema.properties ?? {}),
      ...(schema.allOf ?? []).flatMap((part) =>
        collect('$ref' in part ? described.components.schemas[part.$ref.split('/').at(-1)!]! : part),
      ),
    ];
    return collect(described.components.schemas[`microsoft.graph.${type}`]!);
  }

  test.each(Object.keys(selectedTypes))('%s selects properties that exist', async (operation) => {
    microsoft.script({ body: { id: 'x', value: [] } });
    await calls[operation]!(graph).catch(() => undefined);
    for (const { url } of microsoft.graphRequests) {
      const selected = new URL(url, microsoft.origin).searchParams.get('$select')!.split(',');
      expect(selected.length).toBeGreaterThan(0);
      for (const name of selected) {
        const [property, cast = `microsoft.graph.${selectedTypes[operation]!}`] = name.split('/').toReversed() as [string, string?];
        expect(propertiesOf(cast.replace('microsoft.graph.', ''))).toContain(property);
      }
    }
  });
});

interface Sample {
  odataType?: string;
  response: { bodyFormat: string | null; body: unknown };
}

describe.skipIf(!existsSync(samples))('examples of the documentation have the shapes that Trawl reads', () => {
  const shapeOf: Record<string, Shape> = {
    user: shapes.user,
    domain: shapes.domain,
    group: shapes.group,
    mailFolder: shapes.folder,
    message: shapes.message,
    calendar: shapes.calendar,
    event: shapes.event,
    fileAttachment: shapes.attachment,
    itemAttachment: shapes.attachment,
  };
  const read = existsSync(samples)
    ? readdirSync(samples).map((file) => ({ file, sample: JSON.parse(readFileSync(new URL(file, samples), 'utf8')) as Sample }))
    : [];
  const fitting = read.flatMap(({ file, sample }) => {
    const shape = shapeOf[sample.odataType?.replace('microsoft.graph.', '') ?? ''];
    if (!shape || sample.response.bodyFormat !== 'json') return [];
    const { value } = sample.response.body as { value?: unknown };
    return (Array.isArray(value) ? value : [sample.response.body]).map((item: unknown, index) => ({
      name: `${file} ${index}`,
      shape,
      item,
    }));
  });

  test.each(fitting)('$name', ({ shape, item }) => {
    // Examples are shortened: ids and types are left out of some.
    const whole = { id: 'left out', '@odata.type': 'left out', ...(item as object) };
    expect(shape.Errors(whole)).toEqual([]);
    expect(shape.Check(whole)).toBe(true);
  });
});
