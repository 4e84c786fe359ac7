import { GraphError } from '../graph-error.ts';

type Query = Record<string, string>;

/** A query that asks for more than every service gives. */
export interface YieldingQuery {
  /** Reads with the whole query; where that is refused (400), with the plain one, and from then on when it helped. */
  ask<T>(read: (query: Query) => Promise<T>): Promise<T>;
}

export function createYieldingQuery({ whole, plain }: { whole: Query; plain: Query }): YieldingQuery {
  let refused = false;
  return {
    async ask(read) {
      if (refused) return await read(plain);
      try {
        return await read(whole);
      } catch (error) {
        if (!(error instanceof GraphError) || error.status !== 400 || error.class === 'resync') throw error;
        const answer = await read(plain);
        refused = true;
        return answer;
      }
    },
  };
}
