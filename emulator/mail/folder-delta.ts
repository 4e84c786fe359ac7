import { lowerBound } from '../data/folder-view.ts';
import { type MailboxState } from '../data/mailbox-state.ts';
import { subtree, type FolderState } from '../data/folder-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { FOLDER_TYPE, MAIL_READERS, renderFolder } from './folders.ts';
import { folderId } from './mail-ids.ts';
import { newChain, type Chains, type SyncToken } from './sync-token.ts';

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;
const PLACE = { kind: 'folders', folder: 'msgfolderroot' } as const;

export function folderDeltaRoutes(chains: Chains): readonly GraphRoute[] {
  const handle = (context: MailboxContext) => folderDelta(context, chains);
  return [mailboxRoute('/users/{user-id}/mailFolders/delta', { kind: 'mailFolders.delta', roles: MAIL_READERS, handle })];
}

/** A flat list of all folders below the root, the root itself left out; later rounds give those that changed. */
function folderDelta(context: MailboxContext, chains: Chains): Answer {
  const { request, mailbox } = context;
  const token = chains.read(context, PLACE) ?? firstToken(context);
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, MAX_PAGE);
  const selected = parseSelect(token.select, FOLDER_TYPE);
  const render = (folder: FolderState) => project(renderFolder(mailbox, folder), selected);
  const page = context.plays('emptyPage')
    ? { value: [], token, isLast: false }
    : token.walk
      ? walkPage(mailbox, { token, size, render })
      : changesPage(mailbox, { token, size, render });
  const link = chains.link(context, PLACE, { option: page.isLast ? '$deltatoken' : '$skiptoken', token: page.token });
  const body = {
    '@odata.context': contextUrl(request, 'Collection(mailFolder)'),
    [page.isLast ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: page.value,
  };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function firstToken(context: MailboxContext): SyncToken {
  const select = context.request.query.get('$select');
  parseSelect(select, FOLDER_TYPE);
  const walk = { startSeq: context.mailbox.seq, phase: 'base', position: -1, given: 0 } as const;
  return { ...newChain(context, PLACE), walk, ...(select === undefined ? {} : { select }) };
}

interface PageParts {
  readonly token: SyncToken;
  readonly size: number;
  render(folder: FolderState): object;
}

function walkPage(mailbox: MailboxState, { token, size, render }: PageParts): { value: object[]; token: SyncToken; isLast: boolean } {
  const { walk, ...chain } = token;
  const visible = visibleKeys(mailbox);
  const rest = [...mailbox.folders.values()].filter((folder) => visible.has(folder.key) && folder.ordinal > walk!.position);
  const ordered = rest.toSorted((a, b) => a.ordinal - b.ordinal);
  const page = ordered.slice(0, size);
  const value = page.map(render);
  if (ordered.length <= size) return { value, isLast: true, token: { ...chain, after: walk!.startSeq } };
  return { value, isLast: false, token: { ...chain, walk: { ...walk!, position: page.at(-1)!.ordinal } } };
}

function changesPage(mailbox: MailboxState, { token, size, render }: PageParts): { value: object[]; token: SyncToken; isLast: boolean } {
  const { until: known, ...chain } = token;
  const until = known ?? mailbox.seq;
  const log = mailbox.folderLog;
  const visible = visibleKeys(mailbox);
  const told = new Set<string>();
  const value: object[] = [];
  let position = token.after ?? 0;
  for (let at = lowerBound(log.length, (index) => log[index]!.seq > position); at < log.length && log[at]!.seq <= until; at++) {
    const { seq, key } = log[at]!;
    if (mailbox.folderLastSeq.get(key) !== seq || told.has(key)) continue;
    const folder = mailbox.folders.get(key);
    if (folder && !visible.has(key)) continue;
    // One change may touch several folders: a page ends only between changes.
    if (value.length >= size && seq !== position) return { value, isLast: false, token: { ...chain, after: position, until } };
    position = seq;
    told.add(key);
    value.push(folder ? render(folder) : { id: folderId(mailbox, key), '@removed': { reason: 'deleted' } });
  }
  return { value, isLast: true, token: { ...chain, after: until } };
}

function visibleKeys(mailbox: MailboxState): Set<string> {
  const keys = new Set(subtree(mailbox.folders, 'msgfolderroot'));
  keys.delete('msgfolderroot');
  return keys;
}
