import type { FolderState } from '../data/folder-state.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { project } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { parseExpand, type Expansion } from './expand.ts';
import { askedProperties, sizeOf, type ExtendedProperty } from './extended-properties.ts';
import { childrenOf, FOLDER_TYPE, renderFolder, selectFolder } from './render-folder.ts';
import { spoiledPage, spoilsPage } from './item-faults.ts';
import { isBasicReader, refuseHidden } from './message-query.ts';
import { renderMessage, selectMessage } from './render-message.ts';
import { isBeta } from './version.ts';

const NAMES = ['childFolders', 'messages', 'messageRules', 'singleValueExtendedProperties', 'multiValueExtendedProperties'];

/** learn.microsoft.com/graph/known-issues: an expansion gives one page of what it expands, and no link to the rest. */
const MOST_MESSAGES = 10;

/** What `$expand` adds to a folder. */
export function folderExpander(context: MailboxContext): (folder: FolderState) => object {
  const { request } = context;
  const expansions = parseExpand(request.query.get('$expand'), { names: NAMES, type: FOLDER_TYPE.name });
  const asked = expansions.flatMap(({ name, options }) =>
    name === 'singlevalueextendedproperties' ? askedProperties(options['filter']) : [],
  );
  if (isBasicReader(context) && expansions.some(({ name }) => name.endsWith('extendedproperties'))) throw PROBLEMS.mailDenied();
  const makers = expansions.map((expansion) => makerOf(context, { expansion, asked }));
  return (folder) => Object.assign({}, ...makers.map((make) => make(folder))) as object;
}

function makerOf(context: MailboxContext, parts: { expansion: Expansion; asked: readonly string[] }): (folder: FolderState) => object {
  const { request, mailbox } = context;
  const { name, options } = parts.expansion;
  if (name === 'childfolders') {
    const selected = selectFolder(request, options['select']);
    const render = (folder: FolderState) => project(renderFolder(mailbox, folder, { isBeta: isBeta(request) }), selected);
    return (folder) => ({ childFolders: childrenOf(mailbox, folder.key, false).map(render) });
  }
  if (name === 'messages') return messagesMaker(context, options);
  if (name === 'messagerules') return () => ({ messageRules: [] });
  if (name !== 'singlevalueextendedproperties') return () => ({});
  return (folder) => {
    const found = folderProperties(context, { folder, asked: parts.asked });
    return found.length > 0 ? { singleValueExtendedProperties: found } : {};
  };
}

function messagesMaker(context: MailboxContext, options: Expansion['options']): (folder: FolderState) => object {
  const { request, mailbox } = context;
  const isBasic = isBasicReader(context);
  const selected = selectMessage(options['select']);
  if (isBasic) refuseHidden([...(selected ?? [])]);
  const top = options['top'] === undefined ? MOST_MESSAGES : Number(options['top']);
  if (!Number.isInteger(top) || top < 0) throw PROBLEMS.badQuery(`Invalid value '${options['top']}' for $top query option found.`);
  return (folder) => {
    const view = mailbox.view(folder);
    const keys = Array.from({ length: Math.min(view.count, top, MOST_MESSAGES) }, (_, position) => view.keyAt(position));
    if (keys.some((key) => spoilsPage(mailbox, key, selected))) throw spoiledPage();
    return { messages: keys.map((key) => renderMessage(mailbox, mailbox.item(key)!, { prefer: request.prefer, selected, isBasic })) };
  };
}

/** Items whose size stands for that of all: a folder of a million is not walked for its size. */
const SIZE_SAMPLE = 100;

/** PR_MESSAGE_SIZE(_EXTENDED), PR_CONTAINER_CLASS, PR_DISPLAY_NAME, PR_CONTENT_COUNT of a folder; the size is an estimate. */
function folderProperties({ mailbox }: MailboxContext, parts: { folder: FolderState; asked: readonly string[] }): ExtendedProperty[] {
  const { folder } = parts;
  const view = mailbox.view(folder);
  const size = () => {
    const count = Math.min(view.count, SIZE_SAMPLE);
    const positions = Array.from({ length: count }, (_, index) => Math.floor((index * view.count) / count));
    const sum = positions.reduce((total, position) => total + sizeOf(mailbox.item(view.keyAt(position))!.load()), 0);
    return count === 0 ? 0 : Math.round((sum / count) * view.count);
  };
  const values: Readonly<Record<string, () => string>> = {
    '0xe08': () => String(size()),
    '0x3001': () => folder.displayName,
    '0x3602': () => String(view.count),
    '0x3603': () => String(folder.unread),
    '0x3613': () => 'IPF.Note',
  };
  return parts.asked.flatMap((id) => {
    const value = values[id.slice(id.indexOf(' ') + 1)];
    return value ? [{ id, value: value() }] : [];
  });
}
