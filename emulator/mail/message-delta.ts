import { subtree, type FolderState } from '../data/folder-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { refuseDeltaInChina } from '../http/cloud-hosts.ts';
import { contextUrl, pageSize } from '../http/odata.ts';
import { isProblem, problem, PROBLEMS } from '../http/problem.ts';
import { changesPage, removedGhost, type DeltaPage, type DeltaParts } from './delta-changes.ts';
import { startOf, walkFolders } from './delta-walk.ts';
import { MAIL_READERS } from './folders.ts';
import { spoiledPage, spoilsPage } from './item-faults.ts';
import { cutPage } from './list-page.ts';
import { findFolder } from './mail-ids.ts';
import { messageExpander } from './message-expand.ts';
import { isBasicReader, refuseHidden } from './message-query.ts';
import { renderMessage, selectMessage } from './render-message.ts';
import { asksForLatest, newChain, WHOLE_MAILBOX, type ChainPlace, type Chains, type SyncToken } from './sync-token.ts';
import { checkRoom } from './writing/precondition.ts';

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;
/** With a filter, delta returns no more than this: learn.microsoft.com/graph/delta-query-messages. */
const FILTERED_MAX = 5_000;

export function messageDeltaRoutes(chains: Chains): readonly GraphRoute[] {
  const handle = (context: MailboxContext) => messageDelta(context, chains);
  const paths = ['/users/{user-id}/mailFolders/{mailFolder-id}/messages/delta', '/users/{user-id}/messages/delta'];
  return paths.map((path) => mailboxRoute(path, { kind: 'messages.delta', roles: MAIL_READERS, handle }));
}

function messageDelta(context: MailboxContext, chains: Chains): Answer {
  const { request, mailbox, params } = context;
  refuseDeltaInChina(request);
  checkRoom(context);
  const folderId = params['mailFolder-id'];
  const folder = folderId === undefined ? undefined : findFolder(mailbox, folderId);
  const place: ChainPlace = { kind: 'messages', folder: folder?.key ?? WHOLE_MAILBOX };
  const token = chains.read(context, place) ?? firstToken(context, place);
  const folders = folder ? [folder] : wholeMailbox(context);
  const sinceMs = token.filter === undefined ? undefined : receivedSince(token.filter);
  const head = { '@odata.context': contextUrl(request, 'Collection(message)') };
  let page: DeltaPage;
  try {
    page = pageOf(context, {
      folders,
      isWholeMailbox: folder === undefined,
      token,
      sinceMs,
      size: sizeOf(context, token),
      render: renderer(context, token),
    });
  } catch (error) {
    if (isProblem(error) && error.code === 'ErrorCorruptData' && context.plays('cutJson200')) return cutPage(head);
    throw error;
  }
  const link = chains.link(context, place, { option: page.isLast ? '$deltatoken' : '$skiptoken', token: page.token });
  const body = { ...head, [page.isLast ? '@odata.deltaLink' : '@odata.nextLink']: link, value: page.value };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function wholeMailbox({ mailbox }: MailboxContext): FolderState[] {
  const folders = subtree(mailbox.folders, 'msgfolderroot').flatMap((key) => mailbox.folders.get(key) ?? []);
  return folders.toSorted((a, b) => a.ordinal - b.ordinal);
}

function sizeOf(context: MailboxContext, token: SyncToken): number {
  const asked = Math.min(context.request.prefer.maxPageSize ?? token.top ?? DEFAULT_PAGE, MAX_PAGE);
  return asked > 1 && context.plays('shortPages') ? Math.ceil(asked / 2) : asked;
}

/** Query options are read from the first request alone and kept in the links from then on. */
function firstToken(context: MailboxContext, place: ChainPlace): SyncToken {
  const { mailbox, request } = context;
  const options = firstOptions(context);
  const chain = { ...newChain(context, place), ...options };
  const walk = { startSeq: mailbox.seq, given: 0 };
  if (request.query.has('$top') && context.plays('topRefused')) {
    throw problem(
      400,
      'ErrorInvalidUrlQuery',
      "The following parameters are not supported with change tracking over the 'Messages' resource: '$top'.",
    );
  }
  if (asksForLatest(context) && !context.plays('latestGivesNextLink')) return { ...chain, after: mailbox.seq };
  const folder = place.folder === WHOLE_MAILBOX ? wholeMailbox(context)[0]! : mailbox.folders.get(place.folder)!;
  return { ...chain, walk: { ...walk, ...startOf(folder) } };
}

function firstOptions(context: MailboxContext): Pick<SyncToken, 'select' | 'filter' | 'changeType' | 'expand' | 'top'> {
  const { request } = context;
  const { query } = request;
  if (query.has('$search')) throw PROBLEMS.badQuery("The query parameter '$search' is not supported with change tracking.");
  const [select, filter, order, expand] = ['$select', '$filter', '$orderby', '$expand'].map((name) => query.get(name));
  const selected = selectMessage(select);
  if (isBasicReader(context)) refuseHidden([...(selected ?? [])]);
  messageExpander(context, expand);
  if (filter !== undefined) receivedSince(filter);
  if (order !== undefined && !/^receivedDateTime\s+desc$/i.test(order.trim()))
    throw PROBLEMS.badQuery(`Change tracking does not support ordering by '${order}'.`);
  const changeType = query.get('changeType')?.toLowerCase();
  if (changeType !== undefined && !['created', 'updated', 'deleted'].includes(changeType))
    throw PROBLEMS.badQuery(`Invalid value '${changeType}' for changeType.`);
  return {
    ...(select === undefined ? {} : { select }),
    ...(filter === undefined ? {} : { filter }),
    ...(changeType === undefined ? {} : { changeType }),
    ...(expand === undefined ? {} : { expand }),
    ...(query.has('$top') ? { top: pageSize(request, { fallback: DEFAULT_PAGE, maximum: MAX_PAGE }) } : {}),
  };
}

/** The only filter that delta knows. Gives the earliest moment that passes. */
function receivedSince(filter: string): number {
  const found = /^\s*receivedDateTime\s+(ge|gt)\s+(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)\s*$/i.exec(filter);
  const time = Date.parse(found?.[2] ?? '');
  if (!found || Number.isNaN(time)) throw PROBLEMS.badQuery(`The filter '${filter}' is not supported with change tracking.`);
  return found[1]!.toLowerCase() === 'gt' ? time + 1 : time;
}

function pageOf(context: MailboxContext, parts: DeltaParts): DeltaPage {
  const { token } = parts;
  if (context.plays('emptyPage') || (token.walk && asksForLatest(context))) return { value: [], token, isLast: false };
  const page = token.walk ? walkPage(context, parts) : changesPage(context, parts);
  const repeated = page.value.length > 0 && !page.isLast && context.plays('replay') ? { ...page, token } : page;
  if (page.value.length === 0) return repeated;
  const twice = context.plays('itemsTwice') ? [...page.value, ...page.value.slice(0, Math.ceil(page.value.length / 2))] : page.value;
  return { ...repeated, value: twice.length > 1 && context.plays('outOfOrder') ? twice.toReversed() : twice };
}

/** The first round, up to what a filter lets through at most. */
function walkPage(context: MailboxContext, parts: DeltaParts): DeltaPage {
  const { folders, token, size, sinceMs, render } = parts;
  const { walk, ...chain } = token;
  const { startSeq, given, ...position } = walk!;
  const limit = totalLimit(context, token);
  const found = walkFolders(folders, { mailbox: context.mailbox, position, startSeq, sinceMs, most: Math.min(size, limit - given) });
  const wanted = token.changeType === undefined || token.changeType === 'created' ? found.keys : [];
  const value = [...wanted.map(render), ...(context.plays('removalInFirstRound') ? [removedGhost(context)] : [])];
  const total = given + found.keys.length;
  const endsHere = found.next === undefined || total >= limit || (token.filter !== undefined && context.plays('filteredRoundEndsEarly'));
  if (endsHere) return { value, isLast: true, token: { ...chain, after: startSeq } };
  return { value, isLast: false, token: { ...chain, walk: { startSeq, given: total, ...found.next! } } };
}

function totalLimit(context: MailboxContext, token: SyncToken): number {
  const filtered = token.filter === undefined ? Number.POSITIVE_INFINITY : FILTERED_MAX;
  return token.top !== undefined && context.plays('topLimitsTotal') ? Math.min(token.top, filtered) : filtered;
}

/** Extended properties are never given by delta, whatever was expanded. */
function renderer(context: MailboxContext, token: SyncToken): (key: string) => object {
  const { mailbox, request } = context;
  const selected = selectMessage(token.select);
  const isBasic = isBasicReader(context);
  const expand = messageExpander(context, token.expand ?? '');
  return (key) => {
    if (spoilsPage(mailbox, key, selected)) throw spoiledPage();
    const item = mailbox.item(key)!;
    const { singleValueExtendedProperties: _none, ...expanded } = expand(item) as Record<string, unknown>;
    const message = renderMessage(mailbox, item, { prefer: request.prefer, selected, isBasic });
    return { '@odata.type': '#microsoft.graph.message', ...message, ...expanded };
  };
}
