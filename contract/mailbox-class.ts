import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

/**
 * What a mailbox is. The first six are Exchange's own words (`userPurpose`); then why there is none to read; `archive` is
 * an in-place archive, a mailbox of its own; `unknown` where neither Exchange nor the directory says.
 */
export const mailboxClasses = [
  'user',
  'linked',
  'shared',
  'room',
  'equipment',
  'other',
  'guest',
  'unlicensed',
  'onPremises',
  'softDeleted',
  'notStarted',
  'archive',
  'unknown',
] as const;
export type MailboxClass = (typeof mailboxClasses)[number];

/** Why a folder that is known is not read. */
export const leftOutReasons = ['search', 'hidden', 'excluded', 'notIncluded', 'recoverableItems'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** How many folders are not read, by why. */
export const FoldersNotRead = Type.Object({
  search: Type.Integer(),
  hidden: Type.Integer(),
  excluded: Type.Integer(),
  notIncluded: Type.Integer(),
  recoverableItems: Type.Integer(),
});
export type FoldersNotRead = Static<typeof FoldersNotRead>;

export const noFoldersNotRead: FoldersNotRead = { search: 0, hidden: 0, excluded: 0, notIncluded: 0, recoverableItems: 0 };

/** What is known of a mailbox's kind, and of the folders that Graph calls by name. */
export const MailboxKind = Type.Object({
  class: Words(mailboxClasses),
  /** When the class was asked for, and the fault that it explains; null while nobody has asked. */
  classified: Nullable(Type.Object({ at: StoredDate, code: Nullable(Type.String()) })),
  /** Of an in-place archive: the mailbox id of its owner. */
  archiveOf: Nullable(Type.String()),
  /** Codes of contract/errors.ts about what does not stop the crawl but is to be known. */
  notes: Type.Array(Type.String()),
  /** Since when a mailbox that was readable cannot be read; its documents stay as they are. */
  unreadableSince: Nullable(StoredDate),
  foldersNotRead: FoldersNotRead,
  /** Ids of well-known folders that the source's policy names; null for one that the mailbox does not have. */
  wellKnownFolders: Type.Record(Type.String(), Nullable(Type.String())),
});
export type MailboxKind = Static<typeof MailboxKind>;

/** A mailbox of which nothing is known yet. */
export const newMailboxKind: MailboxKind = {
  class: 'unknown',
  classified: null,
  archiveOf: null,
  notes: [],
  unreadableSince: null,
  foldersNotRead: noFoldersNotRead,
  wellKnownFolders: {},
};
