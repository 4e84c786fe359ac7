import { Type, type Static } from 'typebox';
import { uuidPattern } from './ids.ts';

/** An object id of Entra ID, as `GET /groups` of Graph and a group's Overview page show it; letters' case does not matter. */
export const groupIdPattern = uuidPattern;

/** The group of the first admin key and of the sample organisation; no group of any tenant. */
export const sampleGroupId = '7d2f6c1a-94b3-4e58-8a0d-3b5e9f1c2d64';

/** A security group whose members see a dataset's documents. */
export const SecurityGroup = Type.Object({
  /** In small letters; groups of versions before 0.3 may have ids of any form. */
  id: Type.String({ minLength: 1, maxLength: 100 }),
  /** What people call it; means nothing to Trawl. */
  displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
});
export type SecurityGroup = Static<typeof SecurityGroup>;
