import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { connectionRows } from './error-rows-connection.ts';
import { errorRows } from './errors.ts';
import { mendingOfFinding } from './finding-docs.ts';

const read = (page: string) => readFile(new URL(`../docs/${page}`, import.meta.url), 'utf8');

/** Headings as GitHub makes places of them. */
const placesOf = (page: string) =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

test('every code leads to a part of docs/errors.md that has it', async () => {
  const page = await read('errors.md');
  const places = placesOf(page);
  const partOf = (code: string) => placesOf(page.slice(0, page.indexOf(`| \`${code}\` |`))).at(-1);
  for (const { code } of errorRows) {
    const { docs, mend } = mendingOfFinding({ level: 'failure', code, detail: null, verdict: null }, 'client');
    const [file, place] = docs.split('#');
    expect([file, mend]).toEqual(['docs/errors.md', null]);
    expect(places).toContain(place);
    expect([code, place]).toEqual([code, partOf(code)]);
  }
});

test('a finding about a permission leads to it, with steps', () => {
  const verdict = {
    capability: 'domains',
    state: 'refused',
    code: 'TrawlDomainsDenied',
    granted: null,
    policy: null,
    tried: null,
  } as const;
  const { docs, mend } = mendingOfFinding({ level: 'failure', code: 'TrawlDomainsDenied', detail: null, verdict }, 'client-1');
  expect(docs).toBe('docs/azure-setup.md#domain.read.all');
  expect(mend?.steps.join('\n')).toMatch(/client-1[^]*Domain\.Read\.All/);
});

test('docs/connection-test.md names every code that only a test of a connection has', async () => {
  const page = await read('connection-test.md');
  const special = ['TrawlNotTested', 'TrawlEntriesUnreadable'];
  expect(connectionRows.filter(({ code }) => !special.includes(code) && !page.includes(`\`${code}\``))).toEqual([]);
});
