import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';
import { priorities } from './workflow/names.ts';
import { crawlModes, sourceStates } from './workflow/states.ts';

export const services = ['exchange'] as const;

/** What a source reads. */
export const Scope = Type.Object({ kind: Words(['everything'] as const) });
export type Scope = Static<typeof Scope>;

/** Service + credential + scope + settings. */
export const Source = Type.Object({
  _id: Type.String(),
  datasetId: Type.String(),
  credentialId: Type.String(),
  service: Words(services),
  scope: Scope,
  /** ISO 3166-1 alpha-2. */
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  description: Type.String({ minLength: 1, maxLength: 500 }),
  priority: Words(priorities),
  mode: Words(crawlModes),
  /** Least time between the starts of two cycles. */
  intervalMs: Type.Integer({ minimum: 60_000 }),
  state: Words(sourceStates),
  stateSequence: Type.Integer(),
  /** Code of contract/errors.ts that explains a blocked or failed state. */
  stateReason: Nullable(Type.String()),
  stateSince: StoredDate,
  crawlId: Nullable(Type.String()),
  createdAt: StoredDate,
  updatedAt: StoredDate,
});
export type Source = Static<typeof Source>;
