import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { decodedText } from '../decoded-text.ts';
import { EMPTY_ITEMS, type FolderBase, type ItemSource, type LoadProblem, type MessageContent } from '../model.ts';
import { ROOT_KEY, WELL_KNOWN_FOLDERS } from '../well-known-folders.ts';
import { parseEml, type EmlSettings } from './eml-message.ts';

export interface MailTree {
  readonly folders: readonly FolderBase[];
  locate(key: string): { readonly folderKey: string; readonly index: number } | undefined;
}

interface LoadedMessage {
  readonly key: string;
  readonly content: MessageContent;
}

interface LoadContext {
  /** The organisation's folder; problems name files below it. */
  readonly root: string;
  readonly problems: LoadProblem[];
}

/** Folders below a mailbox's own that hold no mail. */
const NOT_MAIL = new Set(['calendars']);

/** All `.eml` files below a mailbox's folder; a file that cannot be read is named among the problems and left out. */
export async function loadMailTree(mailboxFolder: string, context: LoadContext): Promise<MailTree> {
  const folders: FolderBase[] = [];
  const places = new Map<string, { folderKey: string; index: number }>();
  const filled = new Map<string, ItemSource>();
  const own: Omit<FolderBase, 'items'>[] = [];

  const visit = async (path: string, parent: { key: string; names: readonly string[] }): Promise<void> => {
    for (const entry of entriesOf(path).filter((name) => name.isDirectory() && !(parent.names.length === 0 && NOT_MAIL.has(name.name)))) {
      const displayName = decodedText(entry.name);
      const names = [...parent.names, displayName];
      const wellKnown =
        names.length === 1
          ? WELL_KNOWN_FOLDERS.find((folder) => folder.parentKey === ROOT_KEY && folder.displayName === displayName)
          : undefined;
      const key = wellKnown?.key ?? `p${hashOf(names.join('\u0000'), 12)}`;
      if (!wellKnown) own.push({ key, displayName, parentKey: parent.key, wellKnown: null, hidden: false, search: null });
      const messages = await loadMessages(join(path, entry.name), { ...context, isDraft: key === 'drafts' });
      messages.forEach(({ key: itemKey }, index) => places.set(itemKey, { folderKey: key, index }));
      filled.set(key, sourceOf(messages));
      await visit(join(path, entry.name), { key, names });
    }
  };
  await visit(mailboxFolder, { key: ROOT_KEY, names: [] });

  for (const { key, displayName, parentKey, hidden } of WELL_KNOWN_FOLDERS) {
    folders.push({
      key,
      displayName,
      parentKey,
      wellKnown: key,
      hidden: hidden ?? false,
      search: null,
      items: filled.get(key) ?? EMPTY_ITEMS,
    });
  }
  for (const folder of own) folders.push({ ...folder, items: filled.get(folder.key) ?? EMPTY_ITEMS });
  return { folders, locate: (key) => places.get(key) };
}

function entriesOf(path: string) {
  return readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function loadMessages(path: string, context: LoadContext & { readonly isDraft: boolean }): Promise<LoadedMessage[]> {
  const messages: LoadedMessage[] = [];
  for (const entry of entriesOf(path)) {
    if (!entry.isFile() || !entry.name.toLowerCase().endsWith('.eml')) continue;
    const file = join(path, entry.name);
    const name = relative(context.root, file);
    try {
      const content = await parseEml(readFileSync(file), { isDraft: context.isDraft, ...settingsOf(`${file}.json`, context) });
      messages.push({ key: `f${hashOf(name, 16)}`, content });
    } catch (error) {
      context.problems.push({ file: name, problem: `cannot be read as a mail: ${(error as Error).message}`, outcome: 'left out' });
    }
  }
  return messages.toSorted((a, b) => a.content.receivedMs - b.content.receivedMs);
}

/** x.eml.json beside x.eml: {isRead, flag, categories, receivedDateTime, isDraft}, each optional. */
function settingsOf(file: string, context: LoadContext): EmlSettings {
  if (!existsSync(file)) return {};
  const name = relative(context.root, file);
  const report = (field: string | undefined, problem: string) => {
    context.problems.push({ file: name, ...(field === undefined ? {} : { field }), problem, outcome: 'left out' });
    return undefined;
  };
  const raw = objectIn(file, report);
  if (!raw) return {};
  for (const field of Object.keys(raw)) if (!SETTINGS.has(field)) report(field, 'is not known');
  const flag = (field: string) =>
    raw[field] === undefined || typeof raw[field] === 'boolean' ? raw[field] : report(field, 'must be true or false');
  const received = raw['receivedDateTime'];
  const receivedMs = received === undefined ? undefined : typeof received === 'string' ? Date.parse(received) : Number.NaN;
  const categories = raw['categories'];
  return {
    ...defined('isRead', flag('isRead')),
    ...defined('flagged', flag('flag')),
    ...defined('isDraft', flag('isDraft')),
    ...defined(
      'receivedMs',
      receivedMs !== undefined && Number.isNaN(receivedMs) ? report('receivedDateTime', 'must be a date') : receivedMs,
    ),
    ...defined(
      'categories',
      categories === undefined || Array.isArray(categories) ? categories?.map(String) : report('categories', 'must be a list'),
    ),
  };
}

const SETTINGS = new Set(['isRead', 'flag', 'categories', 'receivedDateTime', 'isDraft']);

function objectIn(file: string, report: (field: undefined, problem: string) => void): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    report(undefined, 'is not JSON');
    return undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  report(undefined, 'must be an object');
  return undefined;
}

function defined<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

function sourceOf(messages: readonly LoadedMessage[]): ItemSource {
  const indexes = new Map(messages.map(({ key }, index) => [key, index]));
  return {
    count: messages.length,
    unreadCount: messages.filter(({ content }) => !content.isRead).length,
    keyOf: (index) => messages[index]!.key,
    indexOf: (key) => indexes.get(key) ?? -1,
    receivedMs: (index) => messages[index]!.content.receivedMs,
    isRead: (index) => messages[index]!.content.isRead,
    load: (index) => messages[index]!.content,
  };
}

function hashOf(text: string, length: number): string {
  return createHash('sha1').update(text).digest('hex').slice(0, length);
}
