import { expect, test } from 'vitest';
import { filesOf, readText } from './sources.ts';

const { dependencies, devDependencies } = JSON.parse(readText('package.json')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const [shipped = '', forTests = ''] = readText('docs/decisions/0003-libraries.md').split('For development and tests:');
const listed = (part: string): string[] =>
  part
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

test('every library has its reason, and no other is listed', () => {
  expect(listed(shipped).toSorted(alphabetically)).toEqual(Object.keys(dependencies).toSorted(alphabetically));
  expect(listed(forTests).toSorted(alphabetically)).toEqual(Object.keys(devDependencies).toSorted(alphabetically));
});

test('versions are exact', () => {
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  expect(loose).toEqual([]);
});

test('links between pages lead to files that are there', () => {
  const broken = filesOf('{*.md,docs/**/*.md,*/README.md}').flatMap((page) => {
    const links = [...readText(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
    return links.filter((link) => !isThere(new URL(link, `file:///${page}`).pathname.slice(1))).map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

function isThere(path: string): boolean {
  return filesOf(path.endsWith('/') ? `${path}*` : path).length > 0;
}

function alphabetically(left: string, right: string): number {
  return left < right ? -1 : 1;
}
