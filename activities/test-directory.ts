import type { GraphDomain } from '../graph/types.ts';
import { attempt } from './attempt.ts';
import { directoryBudget } from './directory-budget.ts';
import { deniedWords, type Directory } from './directory.ts';
import { ScopeError } from './scope-error.ts';
import type { Testing } from './testing.ts';

/** The directory refused, or did not answer in the time of a test. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  readonly code: string;
  readonly refused: boolean;

  constructor({ code, refused }: { code: string; refused: boolean }) {
    super(code);
    this.code = code;
    this.refused = refused;
  }
}

export interface TestDirectory extends Directory {
  /** The tenant's domains, when they were asked for. */
  domains(): GraphDomain[] | null;
}

/** The directory as a crawl's scope asks it, for a test: few repeats, in a short time, with a new token. */
export function createTestDirectory({ inspector, credential, signal, attemptMs }: Testing): TestDirectory {
  let domains: GraphDomain[] | null = null;
  const ask: Directory['ask'] = async (call, request) => {
    const asking = (limited: AbortSignal) =>
      request(inspector, { budget: directoryBudget(credential, { call, signal: limited }), signal: limited });
    const found = await attempt(asking, { timeoutMs: attemptMs, signal, busyCode: 'TooManyRequests' });
    if (found.outcome !== 'readable') throw new UnansweredError({ code: found.code, refused: found.outcome === 'refused' });
    if (call === 'listDomains') domains = found.found as GraphDomain[];
    return found.found;
  };
  return {
    signal,
    ask,
    domains: () => domains,
    async askFor(denied, call, request) {
      try {
        return await ask(call, request);
      } catch (error) {
        if (!(error instanceof UnansweredError) || !error.refused) throw error;
        await ask('listUsers', (graph, options) => graph.listUsers({ link: null }, options));
        throw new ScopeError(denied, deniedWords(call, error.code));
      }
    },
  };
}
