import { problem } from '../http/problem.ts';

export interface BatchStep {
  readonly id: string;
  readonly method: string;
  /** Relative, without a version. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly dependsOn: readonly string[];
}

const MOST_STEPS = 20;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const WRITES = ['POST', 'PUT', 'PATCH'];

function malformed(): Error {
  return problem(400, 'BadRequest', 'Invalid batch payload format.');
}

/** The steps of a batch: learn.microsoft.com/graph/json-batching. Throws Graph's 400, which refuses the whole batch. */
export function parseBatch(payload: Readonly<Record<string, unknown>>): BatchStep[] {
  const { requests } = payload;
  if (!Array.isArray(requests) || requests.length === 0) throw malformed();
  if (requests.length > MOST_STEPS)
    throw problem(400, 'MaximumValueExceeded', `Number of batch request steps exceeds the maximum value of ${MOST_STEPS}.`);
  const steps = requests.map(stepOf);
  const ids = new Set<string>();
  for (const { id } of steps) {
    if (ids.has(id.toLowerCase())) throw problem(400, 'BadRequest', `Request Id ${id} has to be unique in a batch.`);
    ids.add(id.toLowerCase());
  }
  for (const step of steps) {
    const missing = step.dependsOn.find((id) => !ids.has(id.toLowerCase()));
    if (missing !== undefined)
      throw problem(400, 'BadRequest', `Request Id ${step.id} depends on ${missing}, which is not a request of this batch.`);
  }
  return steps;
}

function stepOf(value: unknown): BatchStep {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  const { id, method, url, headers, body, dependsOn } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || id === '' || typeof url !== 'string' || url === '' || typeof method !== 'string') throw malformed();
  const verb = method.toUpperCase();
  if (!METHODS.includes(verb)) throw malformed();
  const names = headersOf(headers);
  const isWrite = WRITES.includes(verb);
  if (isWrite && (body === undefined || body === null || !names.has('content-type')))
    throw problem(400, 'BadRequest', `Write request id : ${id} does not contain Content-Type header or body.`);
  const content = isWrite || body !== undefined ? bodyOf(body, names.get('content-type') ?? 'application/json') : Buffer.alloc(0);
  return { id, method: verb, url, headers: names, body: content, dependsOn: textsOf(dependsOn) };
}

function headersOf(value: unknown): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed();
  return new Map(
    Object.entries(value).map(([name, text]) => {
      if (typeof text !== 'string') throw malformed();
      return [name.toLowerCase(), text];
    }),
  );
}

function textsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) throw malformed();
  return value;
}

/** JSON stands in the batch as it is, everything else as base64url. */
function bodyOf(value: unknown, contentType: string): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (/json/i.test(contentType)) return Buffer.from(JSON.stringify(value), 'utf8');
  if (typeof value !== 'string') throw malformed();
  return Buffer.from(value, 'base64url');
}
