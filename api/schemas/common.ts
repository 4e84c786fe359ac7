import { Type, type Static, type TSchema } from 'typebox';
import { countsExample } from './examples.ts';

/** Pieces that several routes share. Objects are closed: a field that is not known is refused by name. */
export const closed = { additionalProperties: false } as const;

export const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'the id of a record, as POST or a list gave it' });
export const IdParams = Type.Object({ id: Id }, closed);

export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, in UTC', examples: ['2026-03-01T08:00:00.000Z'] });

export const Warnings = Type.Array(Type.String(), { description: 'What is allowed but probably not meant, with what to do' });

export const TemporalUrl = Type.Union([Type.String(), Type.Null()], {
  description: 'Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set',
});

export const defaultPageSize = 50;

/** Query fields of a list that is paged by key. */
export const pageFields = {
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 1500, description: 'the `next` of the page before' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: defaultPageSize, description: 'how many at most, from 1 to 200' }),
  ),
};
export const PageQuery = Type.Object(pageFields, closed);

/** Text that a person gives: no control characters, not only blanks. */
export function plainText(maxLength: number, description: string) {
  return Type.String({ minLength: 1, maxLength, pattern: '^(?=.*\\S)[^\\u0000-\\u001F\\u007F]*$', description });
}

/**
 * What secrets look like: the value of a client secret of Entra (learn.microsoft.com/purview/sit-defn-azure-ad-client-secret),
 * a key of Trawl, a signed token, a private key in PEM.
 */
const secretPattern = [
  '(^|[^A-Za-z0-9_.~-])[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{31,34}',
  'trawl_[0-9A-Z]{26}_[A-Za-z0-9_-]{43}',
  'eyJ[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{10,}[.]',
  '-----BEGIN [A-Z ]*PRIVATE KEY',
].join('|');

/** For a text that others are shown: a secret that was put there by mistake is refused. */
export const noSecret = { not: { pattern: secretPattern } };

/** As `plainText`, of what others are shown. */
export function shownText(maxLength: number, description: string) {
  return { ...plainText(maxLength, description), ...noSecret };
}

/** The answer of a list: a page and the key to go on after. Its example is a page with the item's. */
export function PageOf<T extends TSchema>(item: T) {
  const { title, examples } = item as { title?: string; examples?: unknown[] };
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String(), Type.Null()], { description: 'Give it as `after` to read on; null at the end' }),
    },
    {
      ...(title !== undefined && { title: `${title}Page` }),
      ...(examples !== undefined && { examples: [{ items: examples.slice(0, 1), next: null }] }),
    },
  );
}

/** What the store is asked for: one more than the page holds, so that it shows whether there is more. */
export function keyPage(query: { after?: string | undefined; limit?: number | undefined }): { after: string | null; limit: number } {
  return { after: query.after ?? null, limit: (query.limit ?? defaultPageSize) + 1 };
}

/** A page of answers, from records read with `keyPage`. */
export function toPage<Row extends { _id: string }, Answer>(
  { rows, page }: { rows: Row[]; page: { limit: number } },
  toAnswer: (row: Row) => Answer,
): { items: Answer[]; next: string | null } {
  const size = page.limit - 1;
  const kept = rows.slice(0, size);
  return { items: kept.map(toAnswer), next: rows.length > size ? (kept.at(-1)?._id ?? null) : null };
}

export const CountsAnswer = Type.Object(
  {
    pages: Type.Integer(),
    documents: Type.Integer({ description: 'Documents written: new, changed or moved' }),
    removed: Type.Integer(),
    skips: Type.Integer(),
    requests: Type.Integer({ description: 'Requests sent to Microsoft Graph' }),
  },
  { title: 'Counts', examples: [countsExample] },
);
export type CountsAnswer = Static<typeof CountsAnswer>;

export function iso(date: Date): string {
  return date.toISOString();
}

export function isoOrNull(date: Date | null | undefined): string | null {
  return date?.toISOString() ?? null;
}
