/** Parts of a crawl that a row of docs/coverage.md may speak of, in the order of the page. */
export const coverageAreas = [
  'scope',
  'class',
  'folder',
  'message',
  'attachment',
  'calendar',
  'change',
  'skip',
  'budget',
  'fault',
  'record',
] as const;
export type CoverageArea = (typeof coverageAreas)[number];

/** One thing that a crawl promises, the test that shows it, and the edit that takes it away: then the test must fail. */
export interface CoverageRow {
  area: CoverageArea;
  what: string;
  /** `name` is the test's full name, its describe blocks' before its own. */
  test: { file: string; name: string };
  /** `find` stands exactly once in `file`. */
  mutation: { file: string; find: string; replace: string };
}
