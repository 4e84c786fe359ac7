import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy, type Policy } from '../contract/policy.ts';
import type { Stream, StreamFolder } from '../contract/stream.ts';
import { folderRules } from './folder-rules.ts';
import { computeTree, type RecoverableRoot } from './folder-tree.ts';

function folder(graphId: string, parentId: string | null, changes: Partial<StreamFolder> = {}): Stream {
  const info = { name: `n-${graphId}`, parentId, items: 0, hidden: false, search: false, ...changes };
  return { _id: `id-${graphId}`, graphId, folder: parentId === null ? null : info } as Stream;
}

const treeOf = (streams: Stream[], policy: Partial<Policy['folders']> = {}, recoverable: RecoverableRoot | null = null) =>
  computeTree({ rootId: 'root', recoverable }, streams, folderRules({ folders: { ...defaultPolicy.folders, ...policy } }, wellKnown));
const wellKnown = new Map([
  ['inbox', 'i'],
  ['deleteditems', 'd'],
  ['recoverableitemsdeletions', 'rd'],
]);

const pathsOf = (streams: Stream[]) =>
  Object.fromEntries(treeOf(streams).places.map((place) => [place.streamId, place.crawled ? place.path : `(${place.path})`]));

describe('the folder tree', () => {
  it('is computed from parent ids, whatever the order in which folders were told', () => {
    expect(pathsOf([folder('c', 'b'), folder('a', 'root'), folder('b', 'a')])).toEqual({
      'id-a': 'n-a',
      'id-b': 'n-a/n-b',
      'id-c': 'n-a/n-b/n-c',
    });
  });

  it('does not read search folders and hidden ones, but reads what hangs below a hidden one', () => {
    const streams = [folder('s', 'root', { search: true }), folder('h', 'root', { hidden: true }), folder('below', 'h')];
    expect(pathsOf(streams)).toEqual({ 'id-s': '(n-s)', 'id-h': '(n-h)', 'id-below': 'n-h/n-below' });
  });

  it('keeps a slash in a name apart from the border between two folders', () => {
    expect(pathsOf([folder('a', 'root', { name: 'in/out 5%' })])).toEqual({ 'id-a': 'in%2Fout 5%25' });
  });

  it('names folders that do not hang below the root: removed, orphaned and circling ones', () => {
    const streams = [folder('gone', null), folder('orphan', 'gone'), folder('x', 'y'), folder('y', 'x'), folder('ok', 'root')];
    const tree = treeOf(streams);
    expect(tree.places.map((place) => place.streamId)).toEqual(['id-ok']);
    expect(tree.outOfReach.map((stream) => stream.graphId)).toEqual(['gone', 'orphan', 'x', 'y']);
  });

  it('places every folder of any tree exactly once', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(parents, (seeds) => {
        const streams = seeds.map((seed, index) =>
          folder(String(index), index === 0 || seed % (index + 1) === index ? 'root' : String(seed % index)),
        );
        const tree = treeOf(streams.toReversed());
        expect(tree.outOfReach).toEqual([]);
        expect(new Set(tree.places.map((place) => place.streamId)).size).toBe(streams.length);
      }),
    );
  });

  it('is computed for a chain of folders as deep as Exchange allows, and far deeper', () => {
    const streams = Array.from({ length: 20_000 }, (_, level) =>
      folder(`f${level}`, level === 0 ? 'root' : `f${level - 1}`, { name: 'x' }),
    );
    const { places, outOfReach } = treeOf(streams.toReversed());
    expect(outOfReach).toEqual([]);
    expect(Math.max(...places.map((place) => place.path.length))).toBe(2 * 20_000 - 1);
  });
});

describe('rules about folders', () => {
  const streams = [
    folder('i', 'root', { name: 'Posteingang' }),
    folder('p', 'i', { name: 'Projects' }),
    folder('pp', 'p', { name: 'Projects' }),
    folder('d', 'root', { name: 'Gelöschte Elemente' }),
    folder('dd', 'd', { name: 'Old' }),
    folder('o', 'root', { name: 'in/out' }),
    folder('h', 'root', { name: 'Hidden', hidden: true }),
    folder('rd', 'rec', { name: 'Deletions' }),
  ];
  const recoverable = { id: 'rec', read: true };
  const leftOut = (policy: Partial<Policy['folders']>, root: RecoverableRoot = recoverable) =>
    Object.fromEntries(
      treeOf(streams, policy, root).places.flatMap((place) => (place.leftOut === null ? [] : [[place.streamId.slice(3), place.leftOut]])),
    );

  it('without any, all but hidden folders are read, and Recoverable Items by their own switch', () => {
    expect(leftOut({})).toEqual({ h: 'hidden' });
    expect(leftOut({ hidden: true })).toEqual({});
    expect(leftOut({}, { id: 'rec', read: false })).toEqual({ h: 'hidden', rd: 'recoverableItems' });
    expect(treeOf(streams, {}, recoverable).places.at(-1)).toMatchObject({ path: 'Recoverable Items/Deletions', crawled: true });
  });

  it.each([
    ['a well-known name, in whatever language', ['wellKnown:deletedItems'], { d: 'excluded', dd: 'excluded' }],
    ['a path below a well-known folder', ['wellKnown:inbox/PROJECTS'], { p: 'excluded', pp: 'excluded' }],
    ['a path', ['posteingang/projects/projects'], { pp: 'excluded' }],
    ['a name with a slash', ['in%2Fout'], { o: 'excluded' }],
    ['the path of Recoverable Items', ['Recoverable Items'], { rd: 'excluded' }],
    ['a folder of Recoverable Items', ['wellKnown:recoverableitemsdeletions'], { rd: 'excluded' }],
    ['a name that this mailbox does not have', ['wellKnown:clutter', 'Projects', 'Posteingang/Project'], {}],
  ])('exclude by %s', (_how, exclude, expected) => {
    expect(leftOut({ hidden: true, exclude })).toEqual(expected);
  });

  it('include what they name and all below it, but what is excluded', () => {
    const others = { d: 'notIncluded', dd: 'notIncluded', o: 'notIncluded', h: 'hidden' };
    expect(leftOut({ include: ['wellKnown:inbox'] })).toEqual(others);
    expect(leftOut({ include: ['wellKnown:inbox'], exclude: ['Posteingang/Projects'] })).toEqual({
      ...others,
      p: 'excluded',
      pp: 'excluded',
    });
  });
});
