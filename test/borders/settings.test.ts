import { expect, test } from 'vitest';
import { filesOf, readText, settingRows } from './sources.ts';

const documented = settingRows(readText('docs/configuration.md'));
const names = new Set(documented.map(({ name }) => name));
const composeNames = new Set(settingRows(readText('docs/configuration.md').split('## docker compose')[1] ?? '').map(({ name }) => name));
const processNames = [...names].filter((name) => !composeNames.has(name));

const sources = filesOf('{settings,api,worker,emulator,stack,bench,activities,graph,store}/**/*.{ts,mjs}').filter(
  (file) => !file.endsWith('.test.ts'),
);
const readBy = (room: string): string =>
  sources
    .filter((file) => file.startsWith(`${room}/`))
    .map(readText)
    .join('\n');
const variables = (text: string): string[] => [...text.matchAll(/\b(?:TRAWL_[A-Z_]*[A-Z]|MONGODB_URI)\b/g)].map(([name]) => name);

/** Variables that processes of Trawl hand to each other. */
const inner = variables(/Set by Trawl for its own children.*/.exec(readText('docs/configuration.md'))?.[0] ?? '');

test('every variable that code reads is documented', () => {
  const read = new Set(sources.flatMap((file) => variables(readText(file))));
  expect([...read].filter((name) => !names.has(name) && !inner.includes(name)).toSorted()).toEqual([]);
});

test('every documented variable is read by the rooms that its row names', () => {
  const own = documented.filter(({ name }) => processNames.includes(name) && !name.startsWith('TEMPORAL_'));
  const unread = own.flatMap(({ name, cells }) =>
    (cells[1] ?? '')
      .split(', ')
      .filter((room) => !variables(readBy(room)).includes(name))
      .map((room) => `${room} does not read ${name}`),
  );
  expect(own.length).toBeGreaterThan(20);
  expect(unread).toEqual([]);
});

test('every documented default is the one in the code', () => {
  const specs = [readText('api/settings.ts'), readText('worker/settings.ts')].join('\n');
  const defaults = [...specs.matchAll(/^ {2}([A-Z_]+): .*\bdefault: (\[?'?[^'\s})]*)/gm)].map(([, name = '', value = '']) => ({
    name,
    value: value.replaceAll(/['[\]_]/g, ''),
  }));
  expect(defaults.length).toBeGreaterThan(20);
  for (const { name, value } of defaults) {
    const row = documented.find((entry) => entry.name === name);
    expect({ name, value: row?.cells[2] }).toEqual({ name, value: value === '' ? 'none' : `\`${value}\`` });
  }
});
