import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { borderOf, borders, covers, rooms } from './borders.ts';
import { readImports, type Import } from './read-imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(`{${rooms.join(',')}}/**/*.{ts,mjs}`, { cwd: root }).filter((file) => !file.includes('node_modules'));

const importsOf = (file: string) => readImports(file, readFileSync(join(root, file), 'utf8'));

/** Why a file may not import this, or undefined when it may. */
function fault(file: string, { name, inside, typeOnly }: Import): string | undefined {
  const [room, border] = borderOf(file) ?? [];
  if (room === undefined || border === undefined) return undefined;
  const says = (reason: string) => `${file} imports ${name}: ${room}/ ${reason}`;
  const types = typeOnly ? (border.types ?? []) : [];
  if (inside) {
    const allowed = [room, ...border.rooms, ...types];
    return allowed.some((entry) => covers(entry, name)) ? undefined : says(`may import of Trawl: ${allowed.join(', ')}`);
  }
  if (types.some((entry) => covers(entry, name))) return undefined;
  if (border.only !== undefined && !border.only.some((entry) => covers(entry, name)))
    return says(`may import: ${border.only.join(', ') || 'no package'}`);
  return [...(border.never ?? []), ...(border.types ?? [])].some((entry) => covers(entry, name))
    ? says('never imports this package')
    : undefined;
}

test('no file reaches over the border of its room', () => {
  const sources = files.filter((file) => !file.endsWith('.test.ts'));
  const faults = sources.flatMap((file) => importsOf(file).map((found) => fault(file, found)));
  expect(sources.length).toBeGreaterThan(50);
  expect(faults.filter((found) => found !== undefined)).toEqual([]);
});

test('nothing but the stack, tests and benches imports the emulator', () => {
  const outside = files.filter((file) => !/^(emulator|stack|test|bench)\//.test(file));
  expect(outside.filter((file) => importsOf(file).some(({ name }) => covers('emulator', name)))).toEqual([]);
});

test('no file of a room uses a test of another', () => {
  const reaching = files.filter((file) => importsOf(file).some(({ name, inside }) => inside && name.endsWith('.test.ts')));
  expect(reaching).toEqual([]);
});

test('every room has a border, tests and benches aside', () => {
  expect(rooms.filter((room) => !(room in borders))).toEqual(['test', 'bench']);
});

test.each([
  ['workflows/a.ts', "import { sleep } from '@temporalio/workflow';\nimport type { A } from './b.ts';", 0],
  ['workflows/a.ts', "import fs from 'node:fs';\nexport * from '../contract/errors.ts';", 2],
  ['store/sub/a.ts', "export type { Graph } from '../../graph/types.ts';", 1],
  ['activities/a.ts', "import type { WorkerOptions } from '@temporalio/worker';", 0],
  ['activities/a.ts', "import { type WorkerOptions } from '@temporalio/worker';", 1],
  ['api/a.ts', "const graph = await import('../graph/create-graph.ts');", 1],
  ['worker/a.ts', "import type * as flows from '../workflows/index.ts';\nimport {\n  a,\n  b,\n} from '../store/open-store.ts';", 0],
  ['worker/a.ts', "import '../workflows/index.ts';", 1],
])('in %s, %j has %i faults', (file, text, count) => {
  expect(readImports(file, text).filter((found) => fault(file, found) !== undefined)).toHaveLength(count);
});
