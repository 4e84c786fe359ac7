import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { borders, covers, rooms } from './borders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Packages that stand for what a room may not know, one for each scope of the table. */
const packages = [
  'typebox',
  'mongodb',
  'undici',
  'fastify',
  '@fastify/helmet',
  '@azure/identity',
  '@microsoft/microsoft-graph-client',
  'node:fs',
].concat(['activity', 'client', 'common', 'worker', 'workflow'].map((name) => `@temporalio/${name}`));

interface Plant {
  file: string;
  line: string;
  forbidden: boolean;
}

/** A file with one import, for every room and everything that it might import. */
function plants(): Plant[] {
  const all: Plant[] = [];
  for (const [room, border] of Object.entries(borders)) {
    const add = (name: string, line: string, forbidden: boolean) =>
      all.push({ file: `${room}/plant-${all.length}.ts`, line: `${line} // ${name}\n`, forbidden });
    const typesOf = (name: string) => (border.types ?? []).some((entry) => covers(entry, name));
    for (const other of rooms.filter((name) => covers(name, room) === false)) {
      const path = `${'../'.repeat(room.split('/').length)}${other}/part.ts`;
      add(other, `import { part } from '${path}'; export const use = part;`, !border.rooms.includes(other));
      add(other, `import type { Part } from '${path}'; export type Use = Part;`, !border.rooms.includes(other) && !typesOf(other));
      add(other, `export const part = await import('${path}');`, !border.rooms.includes(other));
    }
    for (const name of packages) {
      const never = [...(border.never ?? []), ...(border.types ?? [])].some((entry) => covers(entry, name));
      const forbidden = border.only === undefined ? never : !border.only.some((entry) => covers(entry, name));
      add(name, `import { part } from '${name}'; export const use = part;`, forbidden);
      add(name, `import type { Part } from '${name}'; export type Use = Part;`, forbidden && !typesOf(name));
    }
  }
  return all;
}

const others: Plant[] = [
  { file: 'workflows/uses-process.ts', line: 'export const home = () => process.env;\n', forbidden: true },
  { file: 'workflows/uses-fetch.ts', line: "export const ask = () => fetch('https://example.org');\n", forbidden: true },
  { file: 'workflows/uses-date.ts', line: 'export const now = () => Date.now() + Math.random();\n', forbidden: false },
  {
    file: 'graph/floats.ts',
    line: 'async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n',
    forbidden: true,
  },
  { file: 'store/default.ts', line: 'export default 1;\n', forbidden: true },
  { file: 'store/long-file.ts', line: Array.from({ length: 401 }, (_, n) => `export const n${n} = ${n};\n`).join(''), forbidden: true },
  {
    file: 'api/long-function.ts',
    line: `export function long(): void {\n${'  globalThis.queueMicrotask(() => undefined);\n'.repeat(60)}}\n`,
    forbidden: true,
  },
  { file: 'api/longFunction.ts', line: 'export const camel = 1;\n', forbidden: true },
  { file: 'api/some.test.ts', line: "import { part } from '../emulator/part.ts';\nexport const use = part;\n", forbidden: false },
];

let folder: string;
/** The rules that each file broke. */
let broken: Map<string, string[]>;
const breaksBorder = (file: string) => broken.get(file)?.includes('eslint(no-restricted-imports)') ?? false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trawl-borders-'));
  for (const name of ['.oxlintrc.json', 'tsconfig.json']) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, line } of [...plants(), ...others]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), line);
  }
  const run = promisify(execFile)('node_modules/.bin/oxlint', ['-f', 'json', '.'], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  const output = await run.then(
    () => ({ code: 0, stdout: '{"diagnostics":[]}' }),
    (error: { code: number; stdout: string }) => error,
  );
  if (output.code !== 1) throw new Error(`oxlint did not judge the planted files: it ended with ${output.code}`);
  const { diagnostics } = JSON.parse(output.stdout) as { diagnostics: { filename: string; code: string }[] };
  broken = new Map();
  for (const { filename, code } of diagnostics) broken.set(filename, [...(broken.get(filename) ?? []), code]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('lint refuses every import that a border forbids', () => {
  const missed = plants().filter(({ file, forbidden }) => forbidden && !breaksBorder(file));
  expect(missed).toEqual([]);
});

test('lint lets pass every import that a border allows', () => {
  const refused = plants().filter(({ file, forbidden }) => !forbidden && broken.has(file));
  expect(refused).toEqual([]);
});

test.each(others)('lint judges $file rightly', ({ file, forbidden }) => {
  expect(broken.has(file)).toBe(forbidden);
});
