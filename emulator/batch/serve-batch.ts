import { GRAPH_JSON, json, type Answer } from '../http/answer.ts';
import type { GraphOutcome, Refusal } from '../http/exchange.ts';
import { jsonBody } from '../http/json-body.ts';
import { problem } from '../http/problem.ts';
import { requestOf, type GraphRequest } from '../http/request.ts';
import { createLane, type Lane } from './lane.ts';
import { orderSteps } from './order-steps.ts';
import { parseBatch, type BatchStep } from './parse-batch.ts';

export interface BatchDeps {
  serve(request: GraphRequest, lane: Lane): Promise<GraphOutcome>;
  refuse(refusal: Refusal): Answer;
}

interface StepAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** So many requests of a batch are passed on to Outlook at a time: learn.microsoft.com/graph/throttling-limits. */
const OUTLOOK_WIDTH = 4;

export function isBatchPath(path: string): boolean {
  return /^\/(\$|%24)batch\/?$/i.test(path);
}

/** POST /$batch: learn.microsoft.com/graph/json-batching. Each inner request is let in, counted and refused on its own. */
export async function serveBatch(request: GraphRequest, deps: BatchDeps): Promise<Answer> {
  if (request.method !== 'POST')
    throw problem(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.', { Allow: 'POST' });
  const { isParallel, steps } = orderSteps(parseBatch(await payloadOf(request)));
  const responses: StepAnswer[] = [];
  if (isParallel) {
    const lane = createLane(OUTLOOK_WIDTH);
    // Answers stand in the order in which they come.
    await Promise.all(steps.map(async (step) => responses.push(await runStep(step, { request, deps, lane }))));
    return json({ responses });
  }
  const lane = createLane(1);
  const failed = new Set<string>();
  for (const step of steps) {
    const isBlocked = step.dependsOn.some((id) => failed.has(id.toLowerCase()));
    const answer = isBlocked ? blocked(step, deps) : await runStep(step, { request, deps, lane });
    if (answer.status >= 400) failed.add(step.id.toLowerCase());
    responses.push(answer);
  }
  return json({ responses });
}

async function payloadOf(request: GraphRequest): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await jsonBody(request);
  } catch (error) {
    if ((error as { status?: number }).status === 400) throw problem(400, 'BadRequest', 'Invalid batch payload format.');
    throw error;
  }
}

async function runStep(step: BatchStep, by: { request: GraphRequest; deps: BatchDeps; lane: Lane }): Promise<StepAnswer> {
  const { request, deps, lane } = by;
  const headers = new Map(step.headers).set('content-length', String(step.body.length));
  let inner: GraphRequest;
  try {
    inner = requestOf({
      ...{ method: step.method, origin: request.origin, serviceRoot: request.serviceRoot },
      url: step.url.startsWith('/') ? step.url : `/${step.url}`,
      header: (name) => headers.get(name),
      body: () => Promise.resolve(step.body),
    });
  } catch (error) {
    return stepAnswer(step, deps.refuse(error as Error & Refusal));
  }
  const outcome = await deps.serve(inner, lane);
  outcome.release();
  return stepAnswer(step, gatewayAnswer(outcome, deps));
}

/** A connection that breaks behind Graph is Graph's 502 or 504: a batch has no connections of its own to break. */
function gatewayAnswer({ answer, fault }: GraphOutcome, deps: BatchDeps): Answer {
  const status = fault?.hang ? 504 : 502;
  const isBroken = fault?.hang || fault?.reset !== undefined || fault?.truncateAtBytes !== undefined || fault?.contentLength !== undefined;
  return isBroken ? deps.refuse({ status, code: 'UnknownError', message: '', headers: {} }) : answer;
}

function blocked(step: BatchStep, deps: BatchDeps): StepAnswer {
  const message = 'The request was not executed: a request that it depends on failed.';
  return stepAnswer(step, deps.refuse({ status: 424, code: 'FailedDependency', message, headers: {} }));
}

/** Headers of the connection and of the whole answer stay outside. */
const OUTER_HEADERS = new Set(['strict-transport-security', 'request-id', 'client-request-id', 'x-ms-ags-diagnostic', 'date', 'duration']);

function stepAnswer(step: BatchStep, answer: Answer): StepAnswer {
  const given = Object.entries(answer.headers ?? {}).filter(([name]) => !OUTER_HEADERS.has(name.toLowerCase()));
  const headers = Object.fromEntries(given);
  const { id } = step;
  if (answer.body === undefined || answer.body === '') return { id, status: answer.status, headers };
  if (typeof answer.body === 'object' && !(answer.body instanceof Uint8Array))
    return { id, status: answer.status, headers: { 'Content-Type': GRAPH_JSON, ...headers }, body: answer.body };
  // What is not JSON comes back in base64.
  return { id, status: answer.status, headers, body: Buffer.from(answer.body as string | Uint8Array).toString('base64') };
}
