import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stream, StreamFolder } from '../contract/stream.ts';
import { computeTree } from './folder-tree.ts';

function folder(graphId: string, parentId: string | null, changes: Partial<StreamFolder> = {}): Stream {
  const info = { name: `n-${graphId}`, parentId, items: 0, hidden: false, search: false, ...changes };
  return { _id: `id-${graphId}`, graphId, folder: parentId === null ? null : info } as Stream;
}

const pathsOf = (streams: Stream[]) =>
  Object.fromEntries(computeTree('root', streams).places.map((place) => [place.streamId, place.crawled ? place.path : `(${place.path})`]));

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
    const tree = computeTree('root', streams);
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
        const tree = computeTree('root', streams.toReversed());
        expect(tree.outOfReach).toEqual([]);
        expect(new Set(tree.places.map((place) => place.streamId)).size).toBe(streams.length);
      }),
    );
  });
});
