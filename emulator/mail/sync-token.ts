import { randomBytes } from 'node:crypto';
import { ROOT_KEY } from '../data/well-known-folders.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { decodeLinkToken, encodeLinkToken } from '../http/link-token.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { folderId } from './mail-ids.ts';

/**
 * A sync state, all of it inside the link, so that links outlive the process. A round first walks what is there
 * (`walk`), later ones tell what changed after `after` up to `until`.
 */
export interface SyncToken {
  readonly kind: 'messages' | 'folders' | 'events';
  readonly mailbox: string;
  readonly folder: string;
  readonly epoch: string;
  readonly chain: string;
  readonly generation: number;
  /** The mailbox's sequence when the walk began: where the next round starts. */
  readonly walk?: WalkPosition & { readonly startSeq: number; readonly given: number };
  readonly after?: number;
  readonly until?: number;
  /** Where the round began, when `after` has gone on from there. */
  readonly since?: number;
  /** Of a whole mailbox: how many messages of folders that are gone were told in this round. */
  readonly gone?: number;
  /** Of a calendar view: its window, and how far the round was told. */
  readonly window?: { readonly startMs: number; readonly endMs: number };
  readonly offset?: number;
  readonly select?: string;
  readonly filter?: string;
  readonly changeType?: string;
  readonly expand?: string;
  readonly top?: number;
}

export interface WalkPosition {
  /** The ordinal of the folder that is being walked. */
  readonly folder: number;
  /** The next item of the folder's base. */
  readonly base: number;
  /** Date and entry of the last item given that is not of the base. */
  readonly extra?: readonly [receivedMs: number, enteredSeq: number];
}

/** In place of a folder's key: all folders of the mailbox. */
export const WHOLE_MAILBOX = '*';

export function encodeToken(token: SyncToken): string {
  return encodeLinkToken('', token);
}

function decodeToken(text: string): SyncToken | undefined {
  return decodeLinkToken('', text) as SyncToken | undefined;
}

export interface ChainPlace {
  readonly kind: SyncToken['kind'];
  readonly folder: string;
  /** The path of the delta function, where it is not a mail folder's. */
  readonly path?: string;
}

/** What a chain needs to know of the request; a group has calendars too, and is no user. */
export type ChainContext = Pick<MailboxContext, 'request' | 'world' | 'asks' | 'plays'> & {
  readonly mailbox: Pick<MailboxContext['mailbox'], 'guid'>;
  readonly user: Pick<MailboxContext['user'], 'id'>;
};

/** Highest generation given per chain, kept only while the oddity `tokenGenerations` is asked for. */
const LIVE_GENERATIONS = 3;

export interface Chains {
  /** The token of the request's link; undefined when a new chain begins. Throws Exchange's 400 and 410. */
  read(context: ChainContext, place: ChainPlace): SyncToken | undefined;
  /** The next link of the chain: a nextLink or a deltaLink by `option`. */
  link(
    context: ChainContext,
    place: ChainPlace,
    next: { readonly option: '$skiptoken' | '$deltatoken'; readonly token: SyncToken },
  ): string;
}

export function createChains(): Chains {
  const highest = new Map<string, number>();
  return {
    read: (context, place) => {
      const { query } = context.request;
      const text = query.get('$skiptoken') ?? query.get('$deltatoken');
      if (text === undefined || text === '' || text.toLowerCase() === 'latest') return undefined;
      if (query.has('$skiptoken') && context.plays('nextLinkExpires')) throw gone(context, place, 'The sync state is not found.');
      const token = decodeToken(text);
      if (!token) throw problem(400, 'SyncStateInvalid', 'The sync state is invalid.');
      if (token.kind !== place.kind || token.mailbox !== context.mailbox.guid || token.folder !== place.folder) {
        throw PROBLEMS.foreignDeltaToken();
      }
      if (token.epoch !== context.world.epoch) throw gone(context, place, 'The sync state was made for another state of the mailbox.');
      if (context.asks('tokenGenerations')) checkGeneration(context, { place, token, highest });
      return token;
    },
    link: (context, place, { option, token }) => {
      const isCounted = context.asks('tokenGenerations');
      const generation = (isCounted ? Math.max(token.generation, highest.get(token.chain) ?? 0) : token.generation) + 1;
      if (isCounted) highest.set(token.chain, generation);
      return `${placeUrl(context, place)}?${option}=${encodeToken({ ...token, generation })}`;
    },
  };
}

export function newChain(
  context: ChainContext,
  place: ChainPlace,
): Pick<SyncToken, 'kind' | 'mailbox' | 'folder' | 'epoch' | 'chain' | 'generation'> {
  const { kind, folder } = place;
  return {
    kind,
    mailbox: context.mailbox.guid,
    folder,
    epoch: context.world.epoch,
    chain: randomBytes(6).toString('base64url'),
    generation: 0,
  };
}

function checkGeneration(context: ChainContext, parts: { place: ChainPlace; token: SyncToken; highest: Map<string, number> }): void {
  const { token } = parts;
  const top = Math.max(parts.highest.get(token.chain) ?? 0, token.generation);
  parts.highest.set(token.chain, top);
  if (token.generation > top - LIVE_GENERATIONS) return;
  if (!context.plays('tokenGenerations')) return;
  const kept = `[highest=${top}][${top}][${top - 1}][${top - 2}]`;
  throw gone(context, parts.place, `The sync state generation is not found; generation=${token.generation};${kept}.`);
}

/** 410 with the link that starts anew: learn.microsoft.com/graph/delta-query-overview. */
function gone(context: ChainContext, place: ChainPlace, message: string): Error {
  return problem(410, 'SyncStateNotFound', message, { Location: freshLink(context.request, placeUrl(context, place)) });
}

/** An empty token starts anew; a calendar view is nothing without its window, which is in the token that was lost. */
export function freshLink({ query }: GraphRequest, url: string): string {
  const window = decodeToken(query.get('$skiptoken') ?? query.get('$deltatoken') ?? '')?.window;
  const moment = (timeMs: number) => new Date(timeMs).toISOString();
  return window ? `${url}?startDateTime=${moment(window.startMs)}&endDateTime=${moment(window.endMs)}&$deltatoken=` : `${url}?$deltatoken=`;
}

function placeUrl(context: ChainContext, { kind, folder, path }: ChainPlace): string {
  const { request, user, mailbox } = context;
  if (path !== undefined) return `${request.serviceRoot}${path}`;
  const inParentheses = context.plays('parenthesisLinks');
  const base = `${request.serviceRoot}${inParentheses ? `/users('${user.id}')` : `/users/${user.id}`}`;
  if (folder === WHOLE_MAILBOX) return `${base}/messages/delta`;
  if (kind === 'messages') return `${base}/mailFolders('${folderId(mailbox, folder)}')/messages/delta`;
  if (folder === ROOT_KEY) return `${base}/mailFolders/delta`;
  return `${base}/mailFolders('${folderId(mailbox, folder)}')/childFolders/delta`;
}

/** Did the request ask for changes from now on? */
export function asksForLatest({ request }: MailboxContext): boolean {
  return !request.query.has('$skiptoken') && request.query.get('$deltatoken')?.toLowerCase() === 'latest';
}
