import type { CoverageRow } from '../coverage-row.ts';

const list = 'test/crawl/list-method.test.ts';
const counts = 'test/crawl/counts.test.ts';
const since = 'test/crawl/received-since.test.ts';

/** Changes that delta does not tell, and what the crawl says of its own completeness. */
export const changeRows: readonly CoverageRow[] = [
  {
    area: 'change',
    what: 'A mailbox over its quota is read by list, whole',
    test: {
      file: list,
      name: 'a mailbox over its quota is read by list, whole, with the reason in its streams, thousands of a second or not',
    },
    mutation: {
      file: 'activities/stream-method.ts',
      find: "if (error.class === 'overQuota') return error.code;",
      replace: "if (error.class === 'overQuota') return null;",
    },
  },
  {
    area: 'change',
    what: 'New, changed, moved and deleted messages of a listed folder',
    test: { file: list, name: 'a mailbox over its quota has new, changed, moved and deleted messages followed' },
    mutation: {
      file: 'activities/walk-list.ts',
      find: 'return present.filter((id) => !named.has(id) && !isAtEdge(walk, id));',
      replace: 'return present.filter(() => false);',
    },
  },
  {
    area: 'change',
    what: 'A listed folder in which nothing changed costs a few requests and writes nothing',
    test: { file: list, name: 'a mailbox over its quota is asked a few times a folder when nothing changed, and no document is written' },
    mutation: {
      file: 'activities/walk-list.ts',
      find: 'return !isSame && !state.skipped;',
      replace: 'return isSame || !isSame;',
    },
  },
  {
    area: 'folder',
    what: 'Folders that come and go where there is no delta of folders',
    test: { file: list, name: 'a mailbox over its quota has folders that come and go followed' },
    mutation: {
      file: 'activities/sync-folder-list.ts',
      find: '!isDeepStrictEqual(known.get(graphId), folder)',
      replace: 'known.has(graphId) && !isDeepStrictEqual(known.get(graphId), folder)',
    },
  },
  {
    area: 'change',
    what: 'A mailbox that is over its quota no more goes back to delta',
    test: {
      file: list,
      name: 'a mailbox over its quota goes back to delta in a new generation when there is room again, with every document kept',
    },
    mutation: { file: 'activities/stream-method.ts', find: "return tree?.method === 'delta';", replace: 'return tree === undefined;' },
  },
  {
    area: 'fault',
    what: 'A cloud without delta of mail, tried again after a day',
    test: { file: list, name: 'a folder without a delta, as in the cloud of China, is listed, and tried again after a day' },
    mutation: { file: 'activities/stream-method.ts', find: 'if (nowMs - triedMs >= dayMs) return true;', replace: '' },
  },
  {
    area: 'fault',
    what: 'Empty 503s on delta however small the page',
    test: { file: list, name: 'a folder whose delta answers nothing but empty 503s is listed' },
    mutation: {
      file: 'activities/stream-method.ts',
      find: "if (error.code === 'TrawlHttp503') return error.code;",
      replace: '',
    },
  },
  {
    area: 'record',
    what: 'Folders, calendars, mailbox and cycle say that they are whole',
    test: {
      file: counts,
      name: 'after its first reading every folder and calendar says that it is whole, and so do mailbox and cycle',
    },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: 'if (!isDue(stream, nowMs)) continue;',
      replace: 'if (isDue(stream, nowMs)) continue;',
    },
  },
  {
    area: 'change',
    what: 'A message that delta never told is found by counting',
    test: { file: counts, name: 'a comparison of counts reads what delta never told: a message that is not stored' },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: 'if (plain.difference === 0) return',
      replace: 'if (plain.difference !== null) return',
    },
  },
  {
    area: 'change',
    what: 'A message that delta never called gone is let go when the list is proven whole',
    test: { file: counts, name: 'a comparison of counts lets go of what delta never called gone, once the list is proven whole' },
    mutation: {
      file: 'activities/walk-list.ts',
      find: 'if (walk.absent === 0) return { proven: true, cleared: 0 };',
      replace: 'if (walk.absent >= 0) return { proven: true, cleared: 0 };',
    },
  },
  {
    area: 'fault',
    what: 'Lists that end early clear nothing, and the crawl says that it is not complete and why',
    test: {
      file: counts,
      name: 'a comparison of counts that lists cannot settle clears nothing, and says so in stream, mailbox and cycle until they can',
    },
    mutation: {
      file: 'activities/completeness.ts',
      find: "counts.explanation === 'unexplained' ? differs : null",
      replace: "counts.explanation === 'equal' ? null : null",
    },
  },
  {
    area: 'record',
    what: 'Mail that arrives at every count is said, and is no lack',
    test: {
      file: 'test/crawl/arrivals.test.ts',
      name: 'a folder in which mail arrives at every count is not called incomplete: its difference is explained by arrivals',
    },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: "await own.of(stream), 'arrivals')",
      replace: 'await own.of(stream), null)',
    },
  },
  {
    area: 'record',
    what: 'Every folder is counted at least weekly',
    test: { file: counts, name: 'a comparison of counts is due each week though nothing changed' },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: 'nowMs - comparedAt.getTime() > weekMs',
      replace: 'nowMs < comparedAt.getTime() - weekMs',
    },
  },
  {
    area: 'scope',
    what: 'Messages received before a time are not stored',
    test: { file: since, name: 'what was received before the policy begins is not stored, and Graph counts agree' },
    mutation: {
      file: 'activities/received-from.ts',
      find: 'return received !== null && received < policy.receivedSince;',
      replace: 'return received === null && policy.receivedSince === null;',
    },
  },
  {
    area: 'scope',
    what: 'A later time hides what is older, with its words kept',
    test: { file: since, name: 'a later beginning hides what is older now, attachments and all, and keeps its words' },
    mutation: {
      file: 'activities/prepare-mailbox.ts',
      find: 'receivedFrom: work.policy.receivedSince, at:',
      replace: 'receivedFrom: null, at:',
    },
  },
  {
    area: 'scope',
    what: 'An earlier time shows again what is stored and reads only what is not',
    test: { file: since, name: 'an earlier one shows again what is stored, and reads what is not, and nothing else' },
    mutation: {
      file: 'store/received-policy.ts',
      find: 'await inBatches(db, { filter: hidden, removal: null, at });',
      replace: 'await Promise.resolve(hidden);',
    },
  },
  {
    area: 'change',
    what: 'A cycle in which nothing changed asks each stream once and writes no document',
    test: { file: 'test/crawl/changes.test.ts', name: 'a cycle in which nothing changed writes no document and asks each stream once' },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: 'return stream.changedAt !== null && stream.changedAt > comparedAt;',
      replace: 'return true;',
    },
  },
];
