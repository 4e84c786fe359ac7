import { Type, type Static } from 'typebox';
import { privateEventPolicies, type Policy } from '../../contract/policy.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, isoOrNull, Timestamp } from './common.ts';

const patterns = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 1_000, description });
const mediaTypes = patterns('media types such as application/pdf or image/*');
const folders = patterns('paths below the mailbox root such as Inbox/Projects, or wellKnown:deleteditems; each with all below it');
const maxBytes = Type.Integer({ minimum: 0, maximum: 150 * 1_048_576, description: 'bytes from 0 to 157286400' });
const retireAfterDays = Type.Integer({
  minimum: 0,
  maximum: 3_650,
  description: 'days from 0 to 3650, after which the content of what left the scope is erased',
});
const receivedSince = Type.Union([Timestamp, Type.Null()], { description: 'Messages received before are not stored; null for all' });
const optional = Type.Optional;

/** What of a policy is given; what is not given stays, or has its default in a new source. */
export const PolicyBody = Type.Object(
  {
    attachments: optional(
      Type.Object(
        {
          read: optional(Type.Boolean()),
          maxBytes: optional(maxBytes),
          types: optional(Type.Object({ include: optional(mediaTypes), exclude: optional(mediaTypes) }, closed)),
        },
        closed,
      ),
    ),
    folders: optional(Type.Object({ hidden: optional(Type.Boolean()), include: optional(folders), exclude: optional(folders) }, closed)),
    receivedSince: optional(receivedSince),
    privateEvents: optional(Words(privateEventPolicies)),
    originalMime: optional(Type.Boolean()),
    archive: optional(Type.Boolean()),
    recoverableItems: optional(Type.Boolean()),
    retireAfterDays: optional(retireAfterDays),
  },
  { ...closed, title: 'PolicyBody', description: 'What of a mailbox is read, and how long what is read no more is kept' },
);
export type PolicyBody = Static<typeof PolicyBody>;

const Texts = Type.Array(Type.String());
const Lists = { include: Texts, exclude: Texts };

export const PolicyAnswer = Type.Object(
  {
    attachments: Type.Object({ read: Type.Boolean(), maxBytes: Type.Integer(), types: Type.Object(Lists) }),
    folders: Type.Object({ hidden: Type.Boolean(), ...Lists }),
    receivedSince: Nullable(Timestamp),
    privateEvents: Words(privateEventPolicies),
    originalMime: Type.Boolean(),
    archive: Type.Boolean(),
    recoverableItems: Type.Boolean(),
    retireAfterDays: Type.Integer(),
  },
  { title: 'Policy' },
);

export function toPolicyAnswer(policy: Policy): Static<typeof PolicyAnswer> {
  return { ...policy, receivedSince: isoOrNull(policy.receivedSince) };
}

/** The policy with what is given in place of what was; lists are replaced as a whole. */
export function mergePolicy(before: Policy, given: PolicyBody = {}): Policy {
  const { attachments = {}, folders: folderPolicy = {}, receivedSince: since, ...rest } = given;
  return {
    ...before,
    ...rest,
    attachments: { ...before.attachments, ...attachments, types: { ...before.attachments.types, ...attachments.types } },
    folders: { ...before.folders, ...folderPolicy },
    receivedSince: since === undefined ? before.receivedSince : since === null ? null : new Date(since),
  };
}
