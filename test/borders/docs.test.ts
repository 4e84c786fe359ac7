import { expect, test } from 'vitest';
import { routeRoles } from '../../api/access.ts';
import { removalReasons } from '../../contract/document.ts';
import { searchAttributes, sourceUpdates, taskQueues, workflowTypes } from '../../contract/workflow/names.ts';
import { mailboxStates, sourceStates } from '../../contract/workflow/states.ts';
import { indexes } from '../../store/indexes.ts';
import { rooms } from './borders.ts';
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

const queues = [taskQueues.workflows, taskQueues.control, taskQueues.index, ...Object.values(taskQueues.crawl)];
const collections = Object.keys(indexes).map((name) => name.replace(/\..*/, '.*'));

test.each([
  ['docs/architecture.md', 'rooms', rooms.map((room) => `${room}/`)],
  ['docs/architecture.md', 'workflows', Object.values(workflowTypes)],
  ['docs/architecture.md', 'task queues', queues],
  ['docs/architecture.md', 'collections', collections],
  ['docs/architecture.md', 'reasons of removal', removalReasons],
  ['docs/architecture.md', 'states', [...sourceStates, ...mailboxStates]],
  ['docs/operations.md', 'states', [...sourceStates, ...mailboxStates]],
  ['docs/operations.md', 'updates', Object.values(sourceUpdates)],
  ['docs/crawl-desk.md', 'updates', Object.values(sourceUpdates)],
])('%s names all %s', (page, _what, words) => {
  const text = readText(page);
  expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
});

test('views of the crawl desk use only search attributes that there are', () => {
  const used = [...readText('docs/crawl-desk.md').matchAll(/\b(Trawl[A-Z]\w+) =/g)].map(([, name = '']) => name);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((name) => !(Object.values(searchAttributes) as string[]).includes(name))).toEqual([]);
});

test('every route that a page names is there', () => {
  const routes = Object.keys(routeRoles);
  const paths = new Set(routes.map((route) => route.split(' ')[1] ?? ''));
  const pages = ['README.md', 'docs/first-source.md', 'docs/operations.md', 'docs/crawl-desk.md', 'docs/architecture.md']
    .map(readText)
    .join('\n');
  const called = [...pages.matchAll(/\$API(\/v1\/[^"?\s]+)/g)].map(([, path = '']) => path.replaceAll(/\$[A-Z]+/g, ':id'));
  const named = [...pages.matchAll(/`([A-Z]+) (\/v1\/[^`?]+)/g)].map(
    ([, method = '', path = '']) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  );
  expect(called.length + named.length).toBeGreaterThan(10);
  expect(called.filter((path) => !paths.has(path))).toEqual([]);
  expect(named.filter((route) => !routes.includes(route))).toEqual([]);
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
