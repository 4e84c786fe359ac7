import type { StoredDocument } from '../contract/document.ts';
import type { SearchEntry } from './collections.ts';
import { personKeys, wordsOf } from './search-words.ts';

/** What an entry takes from the message that an attachment is of: its time, and its people. */
export const topFields = {
  receivedAt: 1,
  startAt: 1,
  sentAt: 1,
  createdAt: 1,
  from: 1,
  sender: 1,
  to: 1,
  cc: 1,
  bcc: 1,
  replyTo: 1,
  organizer: 1,
  attendees: 1,
} as const;

/** What is read of a document for its entry. */
export const indexedFields = {
  ...topFields,
  datasetId: 1,
  sourceId: 1,
  mailboxId: 1,
  kind: 1,
  country: 1,
  folderPath: 1,
  parentId: 1,
  rootId: 1,
  removal: 1,
  indexDueAt: 1,
  firstSeenAt: 1,
  subject: 1,
  location: 1,
  text: 1,
  links: 1,
  'attachment.name': 1,
  'attachment.mediaType': 1,
  'attachment.contentType': 1,
} as const;

/** The message at the top of an attachment; null for all else. */
export function topIdOf({ kind, rootId, parentId }: StoredDocument): string | null {
  return kind === 'attachment' ? (rootId ?? parentId) : null;
}

type Top = Pick<StoredDocument, keyof typeof topFields>;

/** The entry of a live document; an attachment is found by the time and the people of its message too. */
export function entryOf(document: StoredDocument, top: Top | null): Omit<SearchEntry, '_id'> {
  const { datasetId, sourceId, mailboxId, kind, country, folderPath } = document;
  const { words, keys } = peopleOf(document);
  return {
    datasetId,
    sourceId,
    mailboxId,
    kind,
    country,
    folderPath,
    at: timeOf(document) ?? (top === null ? null : timeOf(top)) ?? document.firstSeenAt,
    attachmentType: attachmentTypeOf(document),
    subjectKeys: wordsOf(subjectOf(document) ?? ''),
    peopleKeys: [...new Set([...keys, ...(top === null ? [] : peopleOf(top).keys)])],
    subject: subjectOf(document),
    people: words,
    text: textOf(document),
  };
}

function timeOf({ receivedAt, startAt, sentAt, createdAt }: Top): Date | null {
  return receivedAt ?? startAt ?? sentAt ?? createdAt ?? null;
}

/** By its content, else as the sender said; without parameters. */
function attachmentTypeOf({ attachment }: StoredDocument): string | null {
  const type = (attachment?.mediaType ?? attachment?.contentType)?.split(';')[0]?.trim().toLowerCase();
  return type === undefined || type === '' ? null : type.slice(0, 255);
}

/** The body's words and where it leads, since the addresses behind a link's words are no words of the text. */
function textOf({ text, location, links = [] }: StoredDocument): string | null {
  const words = text ?? location ?? null;
  return links.length === 0 ? words : [words ?? '', ...links].join('\n');
}

/** An attached mail is found by its subject and by its name, which may say more. */
function subjectOf({ subject, attachment }: StoredDocument): string | null {
  const said = [subject, attachment?.name].filter((words) => typeof words === 'string');
  return said.length === 0 ? null : [...new Set(said)].join('\n');
}

function peopleOf(document: Top): { words: string[]; keys: string[] } {
  const one = [document.from, document.sender, document.organizer];
  const many = [document.to, document.cc, document.bcc, document.replyTo, document.attendees];
  const people = [...one, ...many.flatMap((list) => list ?? [])].filter((person) => person !== null && person !== undefined);
  const words = people.flatMap(({ name, address }) => [name, address]).filter((word) => typeof word === 'string');
  return { words: [...new Set(words)], keys: people.flatMap(personKeys) };
}
