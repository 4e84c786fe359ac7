import type { ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { PlayedFault } from '../faults/rules.ts';
import { GRAPH_JSON, type Answer } from './answer.ts';
import type { GraphOutcome } from './exchange.ts';

/** Puts an answer on the wire, with what shall go wrong on the way. */
export function sendOutcome(outgoing: ServerResponse, outcome: GraphOutcome): void {
  const { answer, fault, release } = outcome;
  if (fault?.hang) return void outgoing.on('close', release);
  if (fault?.reset === 'before') {
    release();
    return void outgoing.socket?.destroy();
  }
  if (fault?.bytesPerSecond !== undefined) return trickle(outgoing, outcome, fault.bytesPerSecond);
  release();
  if (fault === undefined) return sendAnswer(outgoing, answer);
  const typed = fault.contentType === undefined ? answer : { ...answer, headers: { ...answer.headers, 'Content-Type': fault.contentType } };
  if (fault.reset === 'inBody' || fault.truncateAtBytes !== undefined || fault.contentLength !== undefined)
    return sendPart(outgoing, typed, fault);
  sendAnswer(outgoing, typed);
}

export function sendAnswer(outgoing: ServerResponse, answer: Answer): void {
  const body = bodyBytes(answer);
  const headers = headersOf(answer, body.length);
  if (!isCompressed(outgoing, headers, body)) {
    outgoing.writeHead(answer.status, headers);
    return void outgoing.end(body);
  }
  const { 'Content-Length': _, ...rest } = headers;
  gzip(body, (error, packed) => {
    if (outgoing.destroyed) return;
    if (error) return void outgoing.destroy(error);
    outgoing.writeHead(answer.status, { ...rest, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    outgoing.end(packed);
  });
}

/** Graph's JSON comes compressed, and then in chunks, to who takes gzip; small answers are not worth it. */
function isCompressed(outgoing: ServerResponse, headers: Readonly<Record<string, string | number>>, body: Buffer): boolean {
  if (body.length < LEAST_COMPRESSED_BYTES || headers['Content-Type'] !== GRAPH_JSON) return false;
  const taken = String(outgoing.req.headers['accept-encoding'] ?? '').toLowerCase();
  return taken.split(',').some((part) => /^\s*(gzip|\*)\s*(;\s*q=(1|0?\.\d*[1-9])[\d.]*\s*)?$/.test(part));
}

const LEAST_COMPRESSED_BYTES = 1_000;

/** A cut connection, a well-ended answer whose JSON is cut off, or a length that is not the body's. */
function sendPart(outgoing: ServerResponse, answer: Answer, fault: PlayedFault): void {
  const whole = bodyBytes(answer);
  const part =
    fault.reset === 'inBody' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole.subarray(0, fault.truncateAtBytes ?? whole.length);
  const length = lengthToTell({ fault, whole: whole.length, part: part.length });
  outgoing.writeHead(answer.status, headersOf(answer, length));
  if (length === part.length) return void outgoing.end(part);
  // The connection cannot be used any more: what comes next would be taken for this body, or the other way round.
  outgoing.write(part, () => outgoing.socket?.destroySoon());
}

function lengthToTell(of: { fault: PlayedFault; whole: number; part: number }): number {
  if (of.fault.contentLength === 'tooLong') return of.part + 1_000;
  if (of.fault.contentLength === 'tooShort') return Math.floor(of.part / 2);
  return of.fault.reset === 'inBody' ? Math.max(of.whole, of.part + 1) : of.part;
}

const TURNS_PER_SECOND = 10;

/** The body comes in small pieces; the mailbox's place is held until the last one. */
function trickle(outgoing: ServerResponse, { answer, release }: GraphOutcome, bytesPerSecond: number): void {
  const body = bodyBytes(answer);
  const size = Math.max(1, Math.floor(bytesPerSecond / TURNS_PER_SECOND));
  outgoing.on('close', release);
  outgoing.writeHead(answer.status, headersOf(answer, body.length));
  let at = 0;
  const turn = () => {
    if (outgoing.destroyed) return;
    const part = body.subarray(at, at + size);
    at += size;
    if (at >= body.length) return void outgoing.end(part);
    outgoing.write(part);
    setTimeout(turn, 1_000 / TURNS_PER_SECOND);
  };
  turn();
}

function headersOf(answer: Answer, length: number): Record<string, string | number> {
  const isJson = typeof answer.body === 'object' && !(answer.body instanceof Uint8Array);
  const type: Record<string, string> = isJson ? { 'Content-Type': GRAPH_JSON } : {};
  // RFC 9110 §8.6: no Content-Length with 204.
  return { ...type, ...answer.headers, ...(answer.status === 204 ? {} : { 'Content-Length': length }) };
}

function bodyBytes(answer: Answer): Buffer {
  if (answer.body === undefined) return Buffer.alloc(0);
  if (answer.body instanceof Uint8Array) return Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
  return Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body), 'utf8');
}
