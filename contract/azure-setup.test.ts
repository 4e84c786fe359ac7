import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { capabilityRows } from './capabilities.ts';
import { entraRows } from './error-rows-entra.ts';
import { errorRows } from './errors.ts';
import { mendingOf } from './mend-capability.ts';

const read = (page: string) => readFile(new URL(`../docs/${page}`, import.meta.url), 'utf8');

/** Places of a page that a link may end in: those that are named, and headings as GitHub makes places of them. */
function placesOf(page: string): Set<string> {
  const named = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...named, ...headings]);
}

test('whatever mends a capability leads to a place of docs/azure-setup.md', async () => {
  const places = placesOf(await read('azure-setup.md'));
  const policies = [null, 'accessPolicy', 'applicationRbac', 'sitesSelected'] as const;
  const docs = capabilityRows.flatMap(({ capability }) =>
    policies.map((policy) => mendingOf({ capability, state: 'refused', code: null, granted: null, policy, tried: null }, 'c')!.docs),
  );
  expect(docs.filter((link) => !link.startsWith('docs/azure-setup.md#') || !places.has(link.split('#')[1]!))).toEqual([]);
});

test('docs/credential-test.md has every capability with its least permission', async () => {
  const page = await read('credential-test.md');
  const missing = capabilityRows.filter(
    ({ capability, service, words, permissions }) =>
      !page.includes(`| \`${capability}\` | ${service} | ${words} | \`${permissions[0]}\` |`),
  );
  expect(missing).toEqual([]);
});

test('docs/credential-test.md has every refusal of Entra, in the words of the table of faults', async () => {
  const page = await read('credential-test.md');
  const told = [...page.matchAll(/^\| `(\w+)` \| ([A-Z][^|]*) \| ([^|]*) \|$/gm)].map(([, code, words, remedy]) => ({
    code,
    words,
    remedy,
  }));
  const refusals = entraRows
    .filter(({ code, class: kind }) => code.startsWith('AADSTS') && kind === 'unauthorised')
    .map(({ code }) => code);
  expect(refusals.filter((code) => !told.some((row) => row.code === code))).toEqual([]);
  expect(
    told.filter((row) => !errorRows.some(({ code, words, remedy }) => code === row.code && words === row.words && remedy === row.remedy)),
  ).toEqual([]);
});
