import { exitCodes, stackError, wordsOf } from './stack-error.ts';

/** Speaks to Trawl's API as any client does. */
export interface ApiClient {
  /** What it shows as who it is. */
  readonly key: string;
  /** The answer's body. Throws an Error with `status`, the problem's `type` and words for any other than 2xx; status 0 is no answer. */
  call<T>(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

/** True when the API, or what it needs, does not answer now: it may be starting again. */
export function isPassing(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status !== undefined && (status === 0 || status >= 500);
}

interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  errors?: { pointer?: string; reason?: string; remedy?: string }[];
}

function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}

function describe(status: number, problem: Problem): string {
  const fields = (problem.errors ?? []).map((fault) => `${fault.pointer ?? ''} ${fault.reason ?? ''}`.trim());
  return [problem.detail ?? problem.title ?? `status ${status}`, ...fields].join('; ');
}

export function createApiClient({ baseUrl, key }: { baseUrl: string; key: string }): ApiClient {
  return {
    key,
    call: async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      }).catch((error: unknown) => {
        throw Object.assign(new Error(`The API at ${baseUrl} does not answer: ${wordsOf(error)}`, { cause: error }), { status: 0 });
      });
      const text = await response.text();
      if (response.status === 401) {
        throw stackError(
          exitCodes.configuration,
          'The API refuses the first admin key: it belongs to another database. Remedy: add --reset, or set TRAWL_FIRST_KEY_FILE to the file with the right key.',
        );
      }
      if (!response.ok) {
        const { status } = response;
        const problem = problemOf(text);
        throw Object.assign(new Error(`${method} ${path}: ${describe(status, problem)}`), { status, type: problem.type });
      }
      return (text === '' ? null : JSON.parse(text)) as T;
    },
  };
}
