import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readImports } from './read-imports.ts';
import { readText, root } from './sources.ts';

const { dependencies } = JSON.parse(readText('package.json')) as { dependencies: Record<string, string> };
/** `FROM … AS name` up to the next one. */
const stages = new Map(
  readText('Dockerfile')
    .split(/^FROM /m)
    .slice(1)
    .map((stage) => [/ AS (\w+)/.exec(stage)?.[1] ?? '', stage]),
);
const copied = (stage: string): string[] => [...(stages.get(stage) ?? '').matchAll(/^COPY (\w+) \.\/\w+$/gm)].map(([, room = '']) => room);

/** Everything that these files load, directly or not: files of Trawl and packages. Types are stripped before. */
function loadedFrom(entries: string[]): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file) || !existsSync(join(root, file))) continue;
    files.add(file);
    for (const { name, inside, typeOnly } of readImports(file, readText(file))) {
      if (typeOnly || isBuiltin(name)) continue;
      if (inside) waiting.push(name);
      else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return { files, packages };
}

const loaded = loadedFrom(['api/main.ts', 'worker/main.ts', 'worker/bundle.ts', 'extract/child.ts', 'workflows/index.ts']);

test('the image holds every room that the API and the worker load', () => {
  const rooms = new Set([...loaded.files].map((file) => file.split('/')[0] ?? ''));
  expect(loaded.files.size).toBeGreaterThan(60);
  expect([...rooms].filter((room) => !copied('trawl').includes(room))).toEqual([]);
});

test('the API and the worker load no development dependency', () => {
  expect([...loaded.packages].filter((name) => !(name in dependencies))).toEqual([]);
});

test('the emulator stage holds every room that the emulator loads', () => {
  const rooms = new Set([...loadedFrom(['emulator/main.ts']).files].map((file) => file.split('/')[0] ?? ''));
  expect([...rooms].filter((room) => !copied('emulator').includes(room))).toEqual([]);
});

test('what the image copies is let through to the build', () => {
  const allowed = new Set([...readText('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name = '']) => name));
  const wanted = [...readText('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  expect(wanted.filter((name) => !allowed.has(name))).toEqual([]);
});

test('images run as a user without rights', () => {
  for (const stage of ['trawl', 'emulator']) expect(stages.get(stage)).toMatch(/^USER node$/m);
});
