import type { Socket } from 'node:net';
import { ulid } from 'ulid';
import { problemBody, problemKinds, type ProblemKind } from './problem.ts';

interface Unreadable {
  kind: ProblemKind;
  detail: string;
}

/** Refusals of Node's own parser, by their codes (https://nodejs.org/api/http.html#event-clienterror). */
const byCode: Record<string, Unreadable> = {
  HPE_HEADER_OVERFLOW: { kind: 'headers-too-large', detail: 'Path, query and headers are larger than 16 KiB together. Send shorter ones.' },
  ERR_HTTP_REQUEST_TIMEOUT: {
    kind: 'request-too-slow',
    detail: 'The request did not come in its time. Repeat it over a connection that does not stall.',
  },
};
const malformed: Unreadable = { kind: 'malformed-request', detail: 'The request is not valid HTTP. Check its first line and its headers.' };

/** Answers what Node's parser cannot read, before any route is known, with a problem as every other refusal; then the connection ends. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { kind, detail } = byCode[error.code ?? ''] ?? malformed;
  const requestId = ulid();
  const body = JSON.stringify(problemBody(kind, { detail, requestId }));
  const { status, title } = problemKinds[kind];
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'));
}
