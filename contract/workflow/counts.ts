/** Counters that workflows add up; plain numbers, so that histories hold nothing else. */
export interface Counts {
  pages: number;
  /** Documents written: new, changed or moved. */
  documents: number;
  removed: number;
  skips: number;
  requests: number;
}

export const noCounts: Counts = { pages: 0, documents: 0, removed: 0, skips: 0, requests: 0 };

export function addCounts(left: Counts, right: Counts): Counts {
  return {
    pages: left.pages + right.pages,
    documents: left.documents + right.documents,
    removed: left.removed + right.removed,
    skips: left.skips + right.skips,
    requests: left.requests + right.requests,
  };
}
