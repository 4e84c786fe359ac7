/** What a handler returns; the server adds the headers that every answer of Graph has. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, bytes and text as they are. */
  readonly body?: object | string | Uint8Array;
}

export function json(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers, body };
}

export function created(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 201, headers, body };
}

export function accepted(): Answer {
  return { status: 202 };
}

export function noContent(): Answer {
  return { status: 204 };
}

/** `$count` answers are plain numbers. */
export function plainCount(count: number): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

export function bytes(contentType: string, body: Uint8Array): Answer {
  return { status: 200, headers: { 'Content-Type': contentType }, body };
}

export const GRAPH_JSON = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
