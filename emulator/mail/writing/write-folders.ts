import { subtree, type FolderState } from '../../data/folder-state.ts';
import type { FolderBase } from '../../data/model.ts';
import { created, noContent, type Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import { contextUrl } from '../../http/odata.ts';
import { problem } from '../../http/problem.ts';
import type { JsonObject } from '../../http/json-body.ts';
import { FOLDER_TYPE, renderFolder } from '../folders.ts';
import { findFolder } from '../mail-ids.ts';
import { messageFilter } from '../message-filter.ts';
import { commit, isBelow } from './change-message.ts';
import { copyFolder, moveFolder } from './move-folder.ts';
import { booleanIn, readProperties, textIn, textOrNullIn, textsIn, typeIn } from './input-values.ts';
import { writtenJson } from './read-body.ts';
import { newItemKey } from './stored-message.ts';
import { folderAnswer } from './folder-answer.ts';
import { checkNameFree, freeName, ownFolder } from './folder-names.ts';

const WRITERS = ['Mail.ReadWrite'];
const FOLDER = '/users/{user-id}/mailFolders/{mailFolder-id}';

export const writeFolderRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/mailFolders', {
    ...{ method: 'POST', kind: 'mailFolders.create', roles: WRITERS },
    handle: (context) => createFolder(context, 'msgfolderroot'),
  }),
  mailboxRoute(`${FOLDER}/childFolders`, {
    ...{ method: 'POST', kind: 'mailFolders.createChild', roles: WRITERS },
    handle: (context) => createFolder(context, context.params['mailFolder-id']!),
  }),
  mailboxRoute(FOLDER, { method: 'PATCH', kind: 'mailFolders.update', roles: WRITERS, handle: updateFolder }),
  mailboxRoute(FOLDER, { method: 'DELETE', kind: 'mailFolders.delete', roles: WRITERS, handle: deleteFolder }),
  mailboxRoute(`${FOLDER}/permanentDelete`, {
    method: 'POST',
    kind: 'mailFolders.permanentDelete',
    roles: WRITERS,
    handle: permanentDelete,
  }),
  mailboxRoute(`${FOLDER}/move`, { method: 'POST', kind: 'mailFolders.move', roles: WRITERS, handle: moveFolder }),
  mailboxRoute(`${FOLDER}/copy`, { method: 'POST', kind: 'mailFolders.copy', roles: WRITERS, handle: copyFolder }),
];

interface FolderInput {
  displayName: string | null;
  isHidden: boolean;
  includeNestedFolders: boolean;
  sourceFolderIds: string[];
  filterQuery: string;
}

const READ_ONLY = [...FOLDER_TYPE.properties, 'isSupported', 'childFolders', 'messages', 'wellKnownName'];
const NAME_LENGTH = 255;

function folderIn(fields: JsonObject): Partial<FolderInput> {
  return readProperties<FolderInput>(fields, {
    name: 'microsoft.graph.mailFolder',
    readers: {
      displayName: (value) => ({ displayName: textOrNullIn(value) }),
      isHidden: (value) => (value === null ? {} : { isHidden: booleanIn(value) }),
      includeNestedFolders: (value) => ({ includeNestedFolders: booleanIn(value) }),
      sourceFolderIds: (value) => ({ sourceFolderIds: textsIn(value) }),
      filterQuery: (value) => ({ filterQuery: textIn(value) }),
    },
    ignored: READ_ONLY,
  });
}

/** learn.microsoft.com/graph/api/user-post-mailfolders, mailsearchfolder-post. */
async function createFolder(context: MailboxContext, parentName: string): Promise<Answer> {
  const { request, mailbox, user } = context;
  const parent = findFolder(mailbox, parentName);
  const fields = await writtenJson(request);
  const input = folderIn(fields);
  const displayName = checkedName(input.displayName ?? '');
  checkNameFree(mailbox, { parentKey: parent.key, displayName });
  const isSearch = typeIn(fields) === 'microsoft.graph.mailsearchfolder';
  const search = isSearch ? { search: searchOf(context, input, undefined) } : {};
  const key = newItemKey();
  await commit(context, { op: 'folder.add', key, parent: parent.key, displayName, hidden: input.isHidden ?? false, ...search });
  const place = parentName === 'msgfolderroot' ? 'mailFolders' : `mailFolders('${encodeURIComponent(parentName)}')/childFolders`;
  const context_ = contextUrl(request, `users('${user.id}')/${place}/$entity`);
  return created({ '@odata.context': context_, ...renderFolder(mailbox, mailbox.folders.get(key)!) });
}

function checkedName(name: string): string {
  const displayName = name.trim();
  if (displayName === '') throw problem(400, 'ErrorInvalidRequest', 'The property displayName is missing or empty.');
  if (displayName.length > NAME_LENGTH)
    throw problem(400, 'ErrorInvalidRequest', `The property displayName holds more than ${NAME_LENGTH} characters.`);
  return displayName;
}

/** A search folder's definition; what is not given stays as `known` has it. */
function searchOf(context: MailboxContext, input: Partial<FolderInput>, known: FolderBase['search'] | undefined): FolderBase['search'] {
  const { mailbox } = context;
  const filterQuery = input.filterQuery ?? known?.filterQuery ?? '';
  if (filterQuery.trim() === '') throw problem(400, 'ErrorInvalidRequest', 'The property filterQuery is missing or empty.');
  messageFilter(filterQuery);
  const sourceKeys = input.sourceFolderIds?.map((id) => findFolder(mailbox, id).key) ?? known?.sourceKeys ?? [];
  if (sourceKeys.length === 0) throw problem(400, 'ErrorInvalidRequest', 'The property sourceFolderIds is missing or empty.');
  return { filterQuery, sourceKeys, includeNested: input.includeNestedFolders ?? known?.includeNested ?? false };
}

async function updateFolder(context: MailboxContext): Promise<Answer> {
  const { request, mailbox, params } = context;
  const folder = findFolder(mailbox, params['mailFolder-id']!);
  const input = folderIn(await writtenJson(request));
  const displayName = input.displayName === undefined ? undefined : checkedName(input.displayName ?? '');
  const isRenamed = displayName !== undefined && displayName !== folder.displayName;
  if (isRenamed) {
    ownFolder(folder, 'rename');
    checkNameFree(mailbox, { parentKey: folder.parentKey, displayName, except: folder.key });
  }
  const isSearched = input.filterQuery !== undefined || input.sourceFolderIds !== undefined || input.includeNestedFolders !== undefined;
  if (isSearched && !folder.search) {
    throw problem(400, 'ErrorInvalidPropertySet', 'Only a search folder has filterQuery, sourceFolderIds and includeNestedFolders.');
  }
  const search = isSearched ? { search: searchOf(context, input, folder.search) } : {};
  if (isRenamed || isSearched)
    await commit(context, { op: 'folder.edit', key: folder.key, ...(isRenamed ? { displayName } : {}), ...search });
  return folderAnswer(context, folder);
}

/** Under Deleted Items with all that is in it; from there, and from Recoverable Items, for good. Search folders go at once. */
async function deleteFolder(context: MailboxContext): Promise<Answer> {
  const { mailbox, params } = context;
  const folder = ownFolder(findFolder(mailbox, params['mailFolder-id']!), 'delete');
  const isGone =
    folder.search !== null || isBelow(mailbox, folder.key, 'deleteditems') || isBelow(mailbox, folder.key, 'recoverableitemsroot');
  if (isGone || holdsWellKnown(context, folder)) return permanentDelete(context);
  const displayName = freeName(mailbox, { parentKey: 'deleteditems', displayName: folder.displayName });
  await commit(context, { op: 'folder.edit', key: folder.key, parent: 'deleteditems', displayName });
  return noContent();
}

async function permanentDelete(context: MailboxContext): Promise<Answer> {
  const folder = ownFolder(findFolder(context.mailbox, context.params['mailFolder-id']!), 'delete');
  if (holdsWellKnown(context, folder)) throw problem(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
  await commit(context, { op: 'folder.delete', key: folder.key });
  return noContent();
}

function holdsWellKnown({ mailbox }: MailboxContext, folder: FolderState): boolean {
  return subtree(mailbox.folders, folder.key).some((key) => mailbox.folders.get(key)!.wellKnown !== null);
}
