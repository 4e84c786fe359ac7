import { lowerBound } from '../data/folder-view.ts';
import { type MailboxState } from '../data/mailbox-state.ts';
import { subtree, type FolderState } from '../data/folder-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { refuseDeltaInChina } from '../http/cloud-hosts.ts';
import { contextUrl, project } from '../http/odata.ts';
import { ROOT_KEY } from '../data/well-known-folders.ts';
import { MAIL_READERS } from './folders.ts';
import { findFolder, folderId } from './mail-ids.ts';
import { renderFolder, selectFolder } from './render-folder.ts';
import { asksForLatest, newChain, type ChainPlace, type Chains, type SyncToken } from './sync-token.ts';
import { isBeta } from './version.ts';
import { checkRoom } from './writing/precondition.ts';

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;

export function folderDeltaRoutes(chains: Chains): readonly GraphRoute[] {
  const handle = (context: MailboxContext) => folderDelta(context, chains);
  return ['/users/{user-id}/mailFolders/delta', '/users/{user-id}/mailFolders/{mailFolder-id}/childFolders/delta'].map((path) =>
    mailboxRoute(path, { kind: 'mailFolders.delta', roles: MAIL_READERS, handle }),
  );
}

/** A flat list of all folders below the root, the root itself left out; later rounds give those that changed. */
function folderDelta(context: MailboxContext, chains: Chains): Answer {
  const { request, mailbox, params } = context;
  refuseDeltaInChina(request);
  checkRoom(context);
  const top = findFolder(mailbox, params['mailFolder-id'] ?? ROOT_KEY).key;
  const place = { kind: 'folders', folder: top } as const;
  const token = chains.read(context, place) ?? firstToken(context, place);
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, MAX_PAGE);
  const selected = selectFolder(request, token.select);
  const render = (folder: FolderState) => project(renderFolder(mailbox, folder, { isBeta: isBeta(request) }), selected);
  const parts = { token, size, render, top };
  const page = context.plays('emptyPage')
    ? { value: [], token, isLast: false }
    : token.walk
      ? walkPage(mailbox, parts)
      : changesPage(mailbox, parts);
  const link = chains.link(context, place, { option: page.isLast ? '$deltatoken' : '$skiptoken', token: page.token });
  const body = {
    '@odata.context': contextUrl(request, 'Collection(mailFolder)'),
    [page.isLast ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: page.value,
  };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function firstToken(context: MailboxContext, place: ChainPlace): SyncToken {
  const select = context.request.query.get('$select');
  selectFolder(context.request, select);
  const chain = { ...newChain(context, place), ...(select === undefined ? {} : { select }) };
  if (asksForLatest(context)) return { ...chain, after: context.mailbox.seq };
  const walk = { startSeq: context.mailbox.seq, folder: -1, base: 0, given: 0 };
  return { ...chain, walk };
}

interface PageParts {
  readonly token: SyncToken;
  readonly size: number;
  /** The folder whose tree is told; itself left out. */
  readonly top: string;
  render(folder: FolderState): object;
}

function walkPage(mailbox: MailboxState, { token, size, render, top }: PageParts): { value: object[]; token: SyncToken; isLast: boolean } {
  const { walk, ...chain } = token;
  const visible = visibleKeys(mailbox, top);
  const rest = [...mailbox.folders.values()].filter((folder) => visible.has(folder.key) && folder.ordinal > walk!.folder);
  const ordered = rest.toSorted((a, b) => a.ordinal - b.ordinal);
  const page = ordered.slice(0, size);
  const value = page.map(render);
  if (ordered.length <= size) return { value, isLast: true, token: { ...chain, after: walk!.startSeq } };
  return { value, isLast: false, token: { ...chain, walk: { ...walk!, folder: page.at(-1)!.ordinal } } };
}

function changesPage(
  mailbox: MailboxState,
  { token, size, render, top }: PageParts,
): { value: object[]; token: SyncToken; isLast: boolean } {
  const { until: known, since: began, ...chain } = token;
  const until = known ?? mailbox.seq;
  const log = mailbox.folderLog;
  const visible = visibleKeys(mailbox, top);
  const told = new Set<string>();
  const value: object[] = [];
  let position = token.after ?? 0;
  const since = began ?? position;
  const left = leftSince(mailbox, { since, top, visible });
  for (let at = lowerBound(log.length, (index) => log[index]!.seq > position); at < log.length && log[at]!.seq <= until; at++) {
    const { seq, key } = log[at]!;
    if (mailbox.folderLastSeq.get(key) !== seq || told.has(key)) continue;
    const known = mailbox.folders.get(key);
    if (key === top || (known && !visible.has(key) && !left.has(key))) continue;
    // What was moved out of the tree that is told is gone from it.
    const folder = known && visible.has(key) ? known : undefined;
    // One change may touch several folders: a page ends only between changes.
    if (value.length >= size && seq !== position) return { value, isLast: false, token: { ...chain, after: position, until, since } };
    position = seq;
    told.add(key);
    value.push(folder ? render(folder) : { id: folderId(mailbox, key), '@removed': { reason: 'deleted' } });
  }
  return { value, isLast: true, token: { ...chain, after: until } };
}

/** Folders that left the tree since the round began. The last move first: a parent may have left after its child. */
function leftSince(mailbox: MailboxState, of: { since: number; top: string; visible: ReadonlySet<string> }): Set<string> {
  const log = mailbox.folderLog;
  const first = lowerBound(log.length, (index) => log[index]!.seq > of.since);
  const left = new Set<string>();
  for (const entry of log.slice(first).toReversed()) {
    if (entry.left !== undefined && (entry.left === of.top || of.visible.has(entry.left) || left.has(entry.left))) left.add(entry.key);
  }
  return left;
}

function visibleKeys(mailbox: MailboxState, top: string): Set<string> {
  const keys = new Set(subtree(mailbox.folders, top));
  keys.delete(top);
  return keys;
}
