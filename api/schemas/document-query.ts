import { Type, type Static, type TSchema } from 'typebox';
import { documentKinds } from '../../contract/document.ts';
import { Words } from '../../contract/schema.ts';
import { documentSorts, facetNames, type DocumentFacets } from '../../store/document-types.ts';
import { closed, Id, pageFields, plainText, Timestamp } from './common.ts';

/** The query language of documents: what is given together must hold together. Lists, facets and exports share it. */
const filterFields = {
  q: Type.Optional(
    plainText(500, 'words to find in subject, people, text and links; "in quotes" as a phrase, with - before it not, 1 to 500 characters'),
  ),
  subject: Type.Optional(plainText(255, 'words that the subject, or the name of an attachment, holds all of')),
  people: Type.Optional(plainText(320, 'an address, a domain like @contoso.com, or words of names: of senders, recipients and attendees')),
  datasetId: Type.Optional(Id),
  sourceId: Type.Optional(Id),
  mailboxId: Type.Optional(
    Type.String({
      pattern: '^(MBX:)?[A-Za-z0-9_@.-]{1,150}$',
      description: 'the mailboxId of a mailbox: an object id, or MBX:<guid>@<tenant> of an archive',
    }),
  ),
  kind: Type.Optional(Words(documentKinds)),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'two capital letters of ISO 3166-1' })),
  folderPath: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: 'the whole path of a folder, as documents tell it' }),
  ),
  attachmentType: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9.+_-]{1,127}/[A-Za-z0-9.+_-]{1,127}$',
      description: 'a media type of attachments, like application/pdf',
    }),
  ),
  removed: Type.Optional(
    Type.Boolean({ description: 'true for removed documents alone, by the time of their removal; they are not found by words' }),
  ),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
};

export const DocumentFilter = Type.Object(filterFields, closed);
export type DocumentFilter = Static<typeof DocumentFilter>;

/** What an export is asked for: the same, as a body. */
export const ExportBody = Type.Object(filterFields, {
  ...closed,
  title: 'ExportQuery',
  examples: [{ q: 'budget', people: '@contoso.com', from: '2026-01-01T00:00:00Z', to: '2026-07-01T00:00:00Z' }],
});

export const DocumentQuery = Type.Object(
  {
    ...pageFields,
    ...filterFields,
    sort: Type.Optional({
      ...Words(documentSorts),
      description:
        '`newest` or `oldest` by time: of receipt, of an event its start, of an attachment that of its message. `relevance` by the words of `q`, and the default with them',
    }),
  },
  closed,
);
export type DocumentQuery = Static<typeof DocumentQuery>;

const Values = (words: string): TSchema =>
  Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }), {
    description: `${words}, the most frequent first, 100 at most`,
  });

export const FacetsAnswer = Type.Object(
  {
    counted: Type.Integer({ description: 'How many documents were counted' }),
    complete: Type.Boolean({
      description: 'False when more fit than are counted (100,000): then these are counts of the newest, or of some with `q`',
    }),
    kinds: Values('Kinds'),
    mailboxes: Values('Mailboxes by mailboxId'),
    sources: Values('Sources by id'),
    datasets: Values('Datasets by id'),
    countries: Values('Countries'),
    months: Values('Months in UTC, like 2026-03'),
    attachmentTypes: Values('Media types of attachments'),
  },
  {
    title: 'Facets',
    examples: [
      {
        counted: 2,
        complete: true,
        ...Object.fromEntries(facetNames.map((name) => [name, [] as { value: string; count: number }[]])),
        kinds: [{ value: 'message', count: 2 }],
      },
    ],
  },
);
export type FacetsAnswer = DocumentFacets;
