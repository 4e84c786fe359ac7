import { randomUUID } from 'node:crypto';
import type { PlayedFault } from '../faults/rules.ts';
import type { ServedEntry } from '../throttle/served.ts';
import type { Answer } from './answer.ts';
import { errorBody, type Problem } from './problem.ts';
import type { GraphRequest } from './request.ts';

/** What goes onto the wire, and what shall go wrong on the way. */
export interface GraphOutcome {
  readonly answer: Answer;
  readonly fault: PlayedFault | undefined;
  /** Gives the mailbox's place back; to be called when the answer's last byte is handed over. */
  release(): void;
}

export type Refusal = Pick<Problem, 'status' | 'code' | 'message' | 'headers' | 'innerError'>;

/** One request on its way to an answer: what it is counted as, and the headers that every answer of Graph has. */
export interface Exchange {
  kind: string;
  mailboxId: string | undefined;
  appId: string | undefined;
  /** Headers that who let the request in wants on its answer. */
  extraHeaders: Readonly<Record<string, string>>;
  release: () => void;
  /** Graph's error body around a refusal. */
  refuse(refusal: Refusal): Answer;
  /** Counts the answer. */
  finish(answer: Answer, fault?: PlayedFault): GraphOutcome;
}

export function openExchange(request: GraphRequest, deps: { nowMs(): number; count(entry: ServedEntry): void }): Exchange {
  const ids = { requestId: randomUUID(), clientRequestId: request.header('client-request-id') ?? randomUUID() };
  const beganMs = performance.now();
  const exchange: Exchange = {
    ...{ kind: 'unmatched', mailboxId: undefined, appId: undefined, extraHeaders: {}, release: () => {} },
    refuse: (refusal) => ({
      status: refusal.status,
      headers: refusal.headers,
      body: errorBody(refusal, { ...ids, nowMs: deps.nowMs() }),
    }),
    finish: (answer, fault) => {
      const { kind, mailboxId, appId, release } = exchange;
      deps.count({ kind, status: answer.status, mailboxId, appId });
      const duration = { Duration: (performance.now() - beganMs).toFixed(4) };
      return {
        answer: { ...answer, headers: { ...commonHeaders(ids), ...duration, ...exchange.extraHeaders, ...answer.headers } },
        fault,
        release,
      };
    },
  };
  return exchange;
}

const SERVER = JSON.stringify({
  ServerInfo: { DataCenter: 'West Europe', Slice: 'E', Ring: '5', ScaleUnit: '001', RoleInstance: 'EMULATOR000001' },
});

function commonHeaders(ids: { requestId: string; clientRequestId: string }): Record<string, string> {
  return {
    'Cache-Control': 'private',
    'Strict-Transport-Security': 'max-age=31536000',
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'x-ms-ags-diagnostic': SERVER,
    'OData-Version': '4.0',
  };
}
