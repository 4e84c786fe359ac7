import { exitCodes, stackError, wordsOf } from './stack-error.ts';

/** Speaks to Trawl's API as any client does. */
export interface ApiClient {
  /** What it shows as who it is. */
  readonly key: string;
  /** The answer's body. Throws an Error with `status` and the problem's words for any other than 2xx; 0 is no answer. */
  call<T>(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

/** True when the API, or what it needs, does not answer now: it may be starting again. */
export function isPassing(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status !== undefined && (status === 0 || status >= 500);
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: { pointer?: string; reason?: string; remedy?: string }[];
}

function describe(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as Problem;
    const fields = (problem.errors ?? []).map((fault) => `${fault.pointer ?? ''} ${fault.reason ?? ''}`.trim());
    return [problem.detail ?? problem.title ?? `status ${status}`, ...fields].join('; ');
  } catch {
    return `status ${status}`;
  }
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
      if (!response.ok)
        throw Object.assign(new Error(`${method} ${path}: ${describe(response.status, text)}`), { status: response.status });
      return (text === '' ? null : JSON.parse(text)) as T;
    },
  };
}
