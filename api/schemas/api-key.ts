import { Type, type Static } from 'typebox';
import { roles, type ApiKey } from '../../contract/api-key.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, Id, iso, isoOrNull, shownText, Timestamp } from './common.ts';
import { GroupIds } from './dataset.ts';
import { groupIdExample, keyIdExample, timeExample } from './examples.ts';

export const CreateApiKey = Type.Object(
  {
    name: shownText(200, 'who holds the key, 1 to 200 characters'),
    role: Words(roles),
    groupIds: Type.Optional(GroupIds),
    expiresAt: Type.Optional(Timestamp),
  },
  { ...closed, title: 'CreateApiKey', examples: [{ name: 'Discovery team', role: 'reader', groupIds: [groupIdExample] }] },
);

const example = {
  ...{ id: keyIdExample, name: 'Discovery team', role: 'reader', groupIds: [groupIdExample] },
  ...{ createdAt: timeExample, expiresAt: null, lastUsedAt: null },
};

export const ApiKeyAnswer = Type.Object(
  {
    id: Id,
    name: Type.String(),
    role: Words(roles),
    groupIds: Type.Array(Type.String()),
    createdAt: Timestamp,
    expiresAt: Nullable(Timestamp),
    lastUsedAt: Nullable(Timestamp),
  },
  { title: 'ApiKey', examples: [example] },
);
export type ApiKeyAnswer = Static<typeof ApiKeyAnswer>;

/** The only answer that ever holds a key. */
export const NewApiKeyAnswer = Type.Object(
  {
    ...ApiKeyAnswer.properties,
    key: Type.String({ description: 'Shown this once; keep it safe' }),
  },
  { title: 'NewApiKey', examples: [{ ...example, key: 'trawl_…, shown this once' }] },
);

export function toApiKeyAnswer(key: ApiKey): ApiKeyAnswer {
  return {
    id: key._id,
    name: key.name,
    role: key.role,
    groupIds: key.groupIds,
    createdAt: iso(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
  };
}
