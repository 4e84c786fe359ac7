import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

/** How private events are kept: whole; without words and people, as busy time only; or not at all. */
export const privateEventPolicies = ['full', 'busyOnly', 'none'] as const;
export type PrivateEventPolicy = (typeof privateEventPolicies)[number];

const Patterns = Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 1_000 });

/** What of a mailbox a source reads, and how long it keeps what it reads no more. */
export const Policy = Type.Object({
  attachments: Type.Object({
    read: Type.Boolean(),
    /** Larger files are listed and said to be too big; they are neither fetched nor searched. */
    maxBytes: Type.Integer({ minimum: 0, maximum: 150 * 1_048_576 }),
    /** Media types such as `application/pdf` or `image/*`. An empty `include` means every type. */
    types: Type.Object({ include: Patterns, exclude: Patterns }),
  }),
  folders: Type.Object({
    hidden: Type.Boolean(),
    /** Paths below the mailbox root (`Inbox/Projects`), or well-known names (`wellKnown:deleteditems`); each with all below it. */
    include: Patterns,
    exclude: Patterns,
  }),
  /** Messages received before are not stored. */
  receivedSince: Nullable(StoredDate),
  privateEvents: Words(privateEventPolicies),
  /** Whether each message's MIME form is kept in GridFS beside its document. */
  originalMime: Type.Boolean(),
  /** Whether in-place archive mailboxes are read too. */
  archive: Type.Boolean(),
  /** Whether the folders of Recoverable Items are read too. */
  recoverableItems: Type.Boolean(),
  /** How long what was removed for another reason than a deletion is kept hidden before it is erased. */
  retireAfterDays: Type.Integer({ minimum: 0, maximum: 3_650 }),
});
export type Policy = Static<typeof Policy>;

export const defaultPolicy: Policy = {
  attachments: { read: true, maxBytes: 150 * 1_048_576, types: { include: [], exclude: [] } },
  folders: { hidden: false, include: [], exclude: [] },
  receivedSince: null,
  privateEvents: 'full',
  originalMime: false,
  archive: false,
  recoverableItems: false,
  retireAfterDays: 30,
};
