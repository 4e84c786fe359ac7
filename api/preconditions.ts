import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { notFound, ProblemError } from './problem.ts';

const Tags = (description: string) => Type.Optional(Type.String({ maxLength: 2000, description }));

export const ReadHeaders = Type.Object({
  'if-none-match': Tags('the `ETag` of an earlier answer: 304 without a body when nothing is different since'),
});
export const ChangeHeaders = Type.Object({
  'if-match': Tags(
    'the `ETag` that the record had when it was read: 412 when somebody has changed it since. Without it the change is made whatever was changed before',
  ),
});
/** Sent without a payload: null would be sent as JSON, with a type of its own. */
export const NotModified = Type.Unsafe<undefined>({ type: 'null', description: 'It is as the answer with that ETag said' });

/**
 * A strong ETag (RFC 9110, 8.8.3): the record's revision, which only changes through this API raise, and a digest of the
 * answer, which also says what a crawl writes and what follows from other records.
 */
export function tagOf(revision: number, answer: object): string {
  const digest = createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 16);
  return `"${revision}-${digest}"`;
}

/** Names the answer by its ETag; true when the caller has it already, and is to be answered with 304. */
export function isTold(request: FastifyRequest, reply: FastifyReply, { revision, answer }: { revision: number; answer: object }): boolean {
  const tag = tagOf(revision, answer);
  void reply.header('etag', tag);
  return isKnown(request, tag);
}

/** Tags of a list as they stand there; they hold no commas here, and foreign ones match nothing anyway. */
const tagsIn = (list: string): string[] => list.split(',').map((tag) => tag.trim());

/** Whether the answer is what the caller has: then it is answered with 304. Tags are compared weakly (RFC 9110, 13.1.2). */
function isKnown({ headers }: Pick<FastifyRequest, 'headers'>, tag: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  return given.trim() === '*' || tagsIn(given).some((known) => known.replace(/^W\//, '') === tag);
}

/**
 * The revisions under which a change is to be made; null when under any. Only the revision of a tag counts: a state that a
 * crawl has written meanwhile is in nobody's way, where a changed setting is. Weak tags never match (RFC 9110, 13.1.1).
 */
export function wantedRevisions({ headers }: Pick<FastifyRequest, 'headers'>): number[] | null {
  const given = headers['if-match'];
  if (given === undefined || given.trim() === '*') return null;
  return tagsIn(given).flatMap((tag) => {
    const [, revision] = /^"(\d{1,15})-[\w-]{16}"$/.exec(tag) ?? [];
    return revision === undefined ? [] : [Number(revision)];
  });
}

export function changedMeanwhile(what: string, id: string): ProblemError {
  return new ProblemError(
    'precondition-failed',
    `The ${what} ${id} is not what If-Match names: somebody has changed it since it was read, or the ETag is not one of it. Read it again, and repeat the change with its ETag when it is still meant.`,
  );
}

/** Why a change under revisions met no record, by what is there now. */
export function whyUnchanged(what: string, id: string, now: object | null): ProblemError {
  return now === null ? notFound(what, id) : changedMeanwhile(what, id);
}
