import { lowerBound } from '../data/folder-view.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { FolderState } from '../data/folder-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { MAIL_READERS } from './folders.ts';
import { findFolder, folderId, messageId } from './mail-ids.ts';
import { MESSAGE_TYPE, renderMessage } from './render-message.ts';
import { newChain, type Chains, type SyncToken } from './sync-token.ts';

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;
/** With a filter, delta returns no more than this: learn.microsoft.com/graph/delta-query-messages. */
const FILTERED_MAX = 5_000;

export function messageDeltaRoutes(chains: Chains): readonly GraphRoute[] {
  const handle = (context: MailboxContext) => messageDelta(context, chains);
  return [
    mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/messages/delta', { kind: 'messages.delta', roles: MAIL_READERS, handle }),
  ];
}

/** What a page holds, and the state after it. */
interface Page {
  readonly value: readonly object[];
  readonly token: SyncToken;
  readonly isLast: boolean;
}

function messageDelta(context: MailboxContext, chains: Chains): Answer {
  const { request, mailbox } = context;
  const folder = findFolder(mailbox, context.params['mailFolder-id']!);
  const place = { kind: 'messages', folder: folder.key } as const;
  const token = chains.read(context, place) ?? firstToken(context, folder);
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, MAX_PAGE);
  const page = pageOf(context, { folder, token, size });
  const link = chains.link(context, place, { option: page.isLast ? '$deltatoken' : '$skiptoken', token: page.token });
  const body = {
    '@odata.context': contextUrl(request, 'Collection(message)'),
    [page.isLast ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: page.value,
  };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function firstToken(context: MailboxContext, folder: FolderState): SyncToken {
  const { query } = context.request;
  if (query.has('$search')) throw PROBLEMS.badQuery("The query parameter '$search' is not supported with change tracking.");
  const select = query.get('$select');
  parseSelect(select, MESSAGE_TYPE);
  const filter = query.get('$filter');
  if (filter !== undefined) receivedSince(filter);
  const order = query.get('$orderby');
  if (order !== undefined && !/^receivedDateTime\s+desc$/i.test(order.trim()))
    throw PROBLEMS.badQuery(`Change tracking does not support ordering by '${order}'.`);
  const changeType = query.get('changeType')?.toLowerCase();
  if (changeType !== undefined && !['created', 'updated', 'deleted'].includes(changeType))
    throw PROBLEMS.badQuery(`Invalid value '${changeType}' for changeType.`);
  return {
    ...newChain(context, { kind: 'messages', folder: folder.key }),
    walk: { startSeq: context.mailbox.seq, phase: 'base', position: folder.base.count - 1, given: 0 },
    ...(select === undefined ? {} : { select }),
    ...(filter === undefined ? {} : { filter }),
    ...(changeType === undefined ? {} : { changeType }),
  };
}

/** The only filter that delta knows. Gives the earliest moment that passes. */
function receivedSince(filter: string): number {
  const found = /^\s*receivedDateTime\s+(ge|gt)\s+(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)\s*$/i.exec(filter);
  const time = Date.parse(found?.[2] ?? '');
  if (!found || Number.isNaN(time)) throw PROBLEMS.badQuery(`The filter '${filter}' is not supported with change tracking.`);
  return found[1]!.toLowerCase() === 'gt' ? time + 1 : time;
}

function pageOf(context: MailboxContext, parts: { folder: FolderState; token: SyncToken; size: number }): Page {
  const { token } = parts;
  if (context.plays('emptyPage')) return { value: [], token, isLast: false };
  const page = token.walk ? walkPage(context, { ...parts, walk: token.walk }) : changesPage(context, parts);
  const repeated = page.value.length > 0 && !page.isLast && context.plays('replay') ? { ...page, token } : page;
  if (page.value.length === 0 || !context.plays('itemsTwice')) return repeated;
  return { ...repeated, value: [...page.value, ...page.value.slice(0, Math.ceil(page.value.length / 2))] };
}

/** The first round: what lay there from the start, newest first, then what came in later. */
function walkPage(
  context: MailboxContext,
  parts: { folder: FolderState; token: SyncToken; size: number; walk: NonNullable<SyncToken['walk']> },
): Page {
  const { folder, token, size } = parts;
  const render = renderer(context, token);
  const sinceMs = token.filter === undefined ? undefined : receivedSince(token.filter);
  const most = Math.min(size, token.filter === undefined ? size : FILTERED_MAX - parts.walk.given);
  const found = walk(folder, { ...parts.walk, most, sinceMs });
  const wanted = token.changeType === undefined || token.changeType === 'created' ? found.keys : [];
  const value = [...wanted.map((key) => render(key)), ...(context.plays('removalInFirstRound') ? [removedGhost(context)] : [])];
  const given = parts.walk.given + found.keys.length;
  const isLast = found.next === undefined || (token.filter !== undefined && given >= FILTERED_MAX);
  const { walk: walked, ...chain } = token;
  if (isLast) return { value, isLast, token: { ...chain, after: walked!.startSeq } };
  return { value, isLast, token: { ...chain, walk: { startSeq: walked!.startSeq, ...found.next!, given } } };
}

type WalkPosition = { readonly phase: 'base' | 'extras'; readonly position: number };

function walk(
  folder: FolderState,
  from: WalkPosition & { readonly most: number; readonly sinceMs: number | undefined },
): { keys: string[]; next: WalkPosition | undefined } {
  const keys: string[] = [];
  const { most, sinceMs } = from;
  let position = from.position;
  if (from.phase === 'base') {
    for (; position >= 0; position--) {
      if (sinceMs !== undefined && folder.base.receivedMs(position) < sinceMs) break;
      if (isDeparted(folder, position)) continue;
      if (keys.length === most) return { keys, next: { phase: 'base', position } };
      keys.push(folder.base.keyOf(position));
    }
    position = 0;
  }
  for (const extra of [...folder.extras.values()].toSorted((a, b) => a.enteredSeq - b.enteredSeq)) {
    if (extra.enteredSeq <= position || (sinceMs !== undefined && extra.receivedMs < sinceMs)) continue;
    if (keys.length === most) return { keys, next: { phase: 'extras', position } };
    keys.push(extra.key);
    position = extra.enteredSeq;
  }
  return { keys, next: undefined };
}

function isDeparted(folder: FolderState, index: number): boolean {
  const at = lowerBound(folder.departed.length, (entry) => folder.departed[entry]! >= index);
  return folder.departed[at] === index;
}

/** Later rounds: each item that changed once, with its state of now; what is no longer here as removed. */
function changesPage(context: MailboxContext, parts: { folder: FolderState; token: SyncToken; size: number }): Page {
  const { folder, token, size } = parts;
  const { mailbox } = context;
  const render = renderer(context, token);
  const until = token.until ?? mailbox.seq;
  const after = token.after ?? 0;
  const since = token.since ?? after;
  const histories = historiesOf(folder, { since, until });
  const value: object[] = [];
  let position = after;
  let at = lowerBound(folder.log.length, (index) => folder.log[index]!.seq > after);
  const { until: _until, since: _since, ...chain } = token;
  for (; at < folder.log.length && folder.log[at]!.seq <= until; at++) {
    const { seq, key } = folder.log[at]!;
    if (folder.lastSeq.get(key) !== seq) continue;
    if (value.length === size) return { value, isLast: false, token: { ...chain, after: position, until, since } };
    position = seq;
    const entry = changeEntry(context, { folder, key, history: histories.get(key)!, render, changeType: token.changeType });
    if (entry) value.push(entry);
  }
  return { value, isLast: true, token: { ...chain, after: until } };
}

/** Each item's log entries of this round. */
function historiesOf(folder: FolderState, round: { since: number; until: number }): Map<string, FolderState['log']> {
  const from = lowerBound(folder.log.length, (index) => folder.log[index]!.seq > round.since);
  const upTo = lowerBound(folder.log.length, (index) => folder.log[index]!.seq > round.until);
  return Map.groupBy(folder.log.slice(from, upTo), (entry) => entry.key);
}

function changeEntry(
  context: MailboxContext,
  parts: { folder: FolderState; key: string; history: FolderState['log']; render: (key: string) => object; changeType: string | undefined },
): object | undefined {
  const { mailbox, request } = context;
  const { folder, key, history, changeType } = parts;
  const item = mailbox.item(key);
  const isHere = item?.folderKey === folder.key;
  const cameBack = isHere && history.some((entry) => entry.kind === 'out');
  if (!isHere || (cameBack && request.prefer.immutableIds && context.plays('loseMoveAndBack'))) {
    return changeType === undefined || changeType === 'deleted' ? removed(mailbox, { key, folder, request }) : undefined;
  }
  const isNew = history.some((entry) => entry.kind === 'in');
  if (changeType !== undefined && changeType !== (isNew ? 'created' : 'updated')) return undefined;
  if (history.every((entry) => entry.kind === 'read') && context.plays('partialReadState')) {
    const id = messageId(mailbox, item, request.prefer.immutableIds);
    return { '@odata.type': '#microsoft.graph.message', id, parentFolderId: folderId(mailbox, folder.key), isRead: item.isRead };
  }
  return parts.render(key);
}

/** The id that the item had in this folder. Where a changing id names several stays, the latest one's is given. */
function removed(mailbox: MailboxState, parts: { key: string; folder: FolderState; request: MailboxContext['request'] }): object {
  const { key, folder, request } = parts;
  const entered = folder.log.findLast((entry) => entry.key === key && entry.kind === 'in')?.seq ?? 0;
  const id = messageId(mailbox, { key, folderKey: folder.key, enteredSeq: entered }, request.prefer.immutableIds);
  return { '@odata.type': '#microsoft.graph.message', id, '@removed': { reason: 'deleted' } };
}

function removedGhost({ mailbox, request }: MailboxContext): object {
  const id = messageId(mailbox, { key: `ghost${mailbox.seq}`, folderKey: 'inbox', enteredSeq: 0 }, request.prefer.immutableIds);
  return { '@odata.type': '#microsoft.graph.message', id, '@removed': { reason: 'deleted' } };
}

function renderer({ mailbox, request }: MailboxContext, token: SyncToken): (key: string) => object {
  const selected = parseSelect(token.select, MESSAGE_TYPE);
  return (key) => ({
    '@odata.type': '#microsoft.graph.message',
    ...renderMessage(mailbox, mailbox.item(key)!, { prefer: request.prefer, selected }),
  });
}
