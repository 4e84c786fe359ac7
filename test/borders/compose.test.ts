import { Ajv } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { searchAttributeTypes } from '../../contract/workflow/names.ts';
import { readText, root, settingRows } from './sources.ts';

interface Service {
  image?: string;
  build?: { target: string };
  command?: unknown;
  entrypoint?: unknown;
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  environment?: Record<string, string>;
  healthcheck?: object;
  ports?: string[];
  profiles?: string[];
  restart?: string;
  volumes?: string[];
}

const text = readText('docker-compose.yml');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);

/** Path of the Compose Specification's JSON schema, which the linter of compose files carries; null when that is not installed. */
function findSchema(): string | null {
  try {
    return join(createRequire(import.meta.url).resolve('dclint/package.json'), '../schemas/compose.schema.json');
  } catch {
    return null;
  }
}
const schemaFile = findSchema();

test.skipIf(schemaFile === null)('docker-compose.yml is valid by the Compose Specification', () => {
  const schema = JSON.parse(readFileSync(schemaFile ?? '', 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile({ ...schema, $schema: undefined });
  const faults = (document: unknown) => (validate(document) ? [] : validate.errors);
  expect(faults(compose)).toEqual([]);
  const misspelt = { ...compose.services['api'], restrat: 'always' };
  expect(faults({ ...compose, services: { ...compose.services, api: misspelt } })).not.toEqual([]);
});

test('services wait for what they need: servers until healthy, one-time tasks until done', () => {
  for (const [name, service] of services) {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = compose.services[needed];
      const once = other?.restart?.startsWith('on-failure') ?? false;
      const expected = once ? 'service_completed_successfully' : 'service_healthy';
      expect({ name, needed, condition, checked: once || other?.healthcheck !== undefined }).toEqual({
        name,
        needed,
        condition: expected,
        checked: true,
      });
    }
  }
});

test('a service that is not started by default is not required by one that is', () => {
  for (const [name, service] of services.filter(([, { profiles }]) => profiles === undefined)) {
    const missing = Object.entries(service.depends_on ?? {}).filter(
      ([needed, { required }]) => compose.services[needed]?.profiles && required !== false,
    );
    expect({ name, missing }).toEqual({ name, missing: [] });
  }
});

test('ports are published on loopback, the API where its setting says', () => {
  const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));
  expect(published.length).toBeGreaterThanOrEqual(4);
  for (const { name, port } of published) {
    const address = name === 'api' ? '${TRAWL_API_BIND:-127.0.0.1}:' : '127.0.0.1:';
    expect({ name, port, loopback: port.startsWith(address) }).toMatchObject({ loopback: true });
  }
  expect(compose.services['mongodb']?.ports ?? compose.services['postgresql']?.ports).toBeUndefined();
});

test('commands are arrays: nothing is left to a shell', () => {
  for (const [name, { command = [], entrypoint = [] }] of services) {
    expect({ name, arrays: Array.isArray(command) && Array.isArray(entrypoint) }).toEqual({ name, arrays: true });
  }
});

test('every mounted folder and every script that a service runs is in the tree', () => {
  for (const [name, service] of services) {
    const mounts = (service.volumes ?? []).map((volume) => volume.split(':') as [string, string]);
    for (const [from] of mounts)
      expect({ name, from, there: from.startsWith('./') ? existsSync(join(root, from)) : from in compose.volumes }).toMatchObject({
        there: true,
      });
    const words = [
      ...((service.command as string[] | undefined) ?? []),
      ...((service.entrypoint as string[] | undefined) ?? []),
      ...Object.values(service.environment ?? {}),
    ];
    for (const word of words.filter((entry) => entry.startsWith('/deploy/'))) {
      const from = mounts.find(([, to]) => to === '/deploy')?.[0] ?? '';
      expect({ name, word, there: existsSync(join(root, from, word.slice('/deploy/'.length))) }).toMatchObject({ there: true });
    }
  }
});

test('what .env may set is in .env.example with the default of docker-compose.yml, and documented', () => {
  const used = new Map(
    [...text.matchAll(/\$\{([A-Z_]+)(:-|:\?)([^}]*)\}/g)].map(([, name = '', kind, value = '']) => [name, kind === ':-' ? value : '']),
  );
  const example = new Map(
    [...readText('.env.example').matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(Object.fromEntries(example)).toEqual(Object.fromEntries(used));
  const documented = new Set(settingRows(readText('docs/configuration.md')).map(({ name }) => name));
  expect([...used.keys()].filter((name) => !documented.has(name))).toEqual([]);
});

test.each(['api', 'worker'])('the %s is given only settings that it reads', (name) => {
  const read = new Set([...readText(`${name}/settings.ts`).matchAll(/\b[A-Z]+_[A-Z_]+[A-Z]\b/g)].map(([word]) => word));
  const given = Object.keys(compose.services[name]?.environment ?? {}).filter((key) => !key.startsWith('TEMPORAL_'));
  expect(given.filter((key) => !read.has(key))).toEqual([]);
  const wanted = [...read].filter((key) => /^(TRAWL|MONGODB)_/.test(key) && !given.includes(key));
  expect(wanted).toEqual(name === 'api' ? ['TRAWL_FIRST_KEY_FILE'] : ['TRAWL_WORKFLOW_BUNDLE']);
});

test('the namespace gets the search attributes that the crawl uses', () => {
  const script = readText('deploy/temporal/set-up-namespace.sh');
  const registered = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name, type]) => [name, type]);
  expect(Object.fromEntries(registered)).toEqual(searchAttributeTypes);
});
