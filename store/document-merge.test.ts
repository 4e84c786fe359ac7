import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredDocument } from '../contract/document.ts';
import { mergeGone, mergeShown, type PageView } from './document-merge.ts';
import type { DocumentUpsert } from './types.ts';

const at = (n: number) => new Date(n * 1000);
const folder = (n: number) => ({ id: `folder-${n}`, path: `/folder-${n}` });

/** What a stream says of one item, at a time. */
interface Word {
  stream: number;
  asOf: number;
  present: boolean;
  modified: number;
}

function view(word: Word): PageView {
  return {
    sourceId: 's',
    mailboxId: 'm',
    stream: { number: word.stream, generation: 1, folder: folder(word.stream) },
    asOf: at(word.asOf),
    context: { datasetId: 'd', country: 'DE', crawlId: 'c' },
    folderOf: folder,
    now: at(1),
  };
}

function upsert(word: Word): DocumentUpsert {
  const content = { subject: `version ${word.modified}` };
  return { op: 'upsert', kind: 'message', graphId: 'i', content, lastModifiedAt: at(word.modified), whole: true, contentHash: null };
}

function say(document: StoredDocument | null, word: Word): StoredDocument | null {
  if (word.present) return mergeShown(document, upsert(word), view(word));
  return document === null ? null : mergeGone(document, view(word));
}

const born: Word = { stream: 1, asOf: 0, present: true, modified: 0 };

/** Words of up to four streams, each at a time of its own. */
const words = fc.uniqueArray(
  fc.record({
    stream: fc.integer({ min: 1, max: 4 }),
    asOf: fc.integer({ min: 1, max: 99 }),
    present: fc.boolean(),
    modified: fc.integer({ min: 0, max: 9 }),
  }),
  { selector: (word) => word.asOf, minLength: 1, maxLength: 8 },
);

const state = (document: StoredDocument | null) => {
  const { seenIn, folderId, unseenSince, lastModifiedAt, subject } = document ?? {};
  return { seenIn, folderId: unseenSince === null ? folderId : null, unseenSince, lastModifiedAt, subject };
};

describe('what streams say of an item', () => {
  it('ends the same in whatever order it is heard', () => {
    fc.assert(
      fc.property(
        words.chain((said) => fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length }))),
        ([said, heard]) => {
          const first = [born, ...said].reduce(say, null as StoredDocument | null);
          const second = [born, ...heard].reduce(say, null as StoredDocument | null);
          expect(state(second)).toEqual(state(first));
        },
      ),
    );
  });

  it('is live exactly while the newest word of some stream shows it, in the folder shown last', () => {
    fc.assert(
      fc.property(words, (said) => {
        const document = [born, ...said].reduce(say, null as StoredDocument | null);
        const newest = new Map<number, Word>();
        for (const word of [born, ...said]) if ((newest.get(word.stream)?.asOf ?? -1) < word.asOf) newest.set(word.stream, word);
        const showing = [...newest.values()].filter((word) => word.present).toSorted((left, right) => right.asOf - left.asOf);
        const last = showing[0];
        if (last !== undefined) expect(document).toMatchObject({ unseenSince: null, folderId: `folder-${last.stream}` });
        else expect(document?.unseenSince).toEqual(at(Math.max(...[...newest.values()].map((word) => word.asOf))));
      }),
    );
  });

  it('said twice changes nothing', () => {
    fc.assert(
      fc.property(words, fc.nat(), (said, choice) => {
        const document = [born, ...said].reduce(say, null as StoredDocument | null);
        const again = said[choice % said.length];
        if (again !== undefined) expect(state(say(document, again))).toEqual(state(document));
      }),
    );
  });
});
