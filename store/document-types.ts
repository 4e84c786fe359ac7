import type { DocumentKind, StoredDocument } from '../contract/document.ts';

/** `newest` and `oldest` go by a document's time, and by the time of removal for removed ones; `relevance` by the words. */
export const documentSorts = ['newest', 'oldest', 'relevance'] as const;
export type DocumentSort = (typeof documentSorts)[number];

export interface DocumentFilters {
  /** The datasets that the caller may see; an empty list finds nothing. */
  datasetIds: readonly string[];
  /** Words of subject, people, text and links, as MongoDB's text search takes them. */
  text?: string;
  /** Words that the subject, or an attachment's name, holds all of. */
  subject?: string;
  /** An address, a domain as `@contoso.com`, or words of names. */
  people?: string;
  sourceId?: string;
  mailboxId?: string;
  kind?: DocumentKind;
  country?: string;
  folderPath?: string;
  /** Media type of attachments, such as `application/pdf`. */
  attachmentType?: string;
  /** Bounds of the document's time (of the removal, for removed ones): from inclusive, to exclusive. */
  from?: Date;
  to?: Date;
  /** True for documents that were removed, and no others; these are not found by words. */
  removed?: boolean;
}

/** Where a page of a sorted list ended. */
export interface DocumentKey {
  id: string;
  /** Milliseconds of the document's time, or the score of its words. */
  value: number;
}

export interface DocumentQuery extends DocumentFilters {
  sort: DocumentSort;
  after: DocumentKey | null;
  limit: number;
}

export interface FoundDocument {
  document: StoredDocument;
  key: DocumentKey;
}

export interface FacetValue {
  value: string;
  count: number;
}
export const facetNames = ['kinds', 'mailboxes', 'sources', 'datasets', 'countries', 'months', 'attachmentTypes'] as const;
export type FacetName = (typeof facetNames)[number];

export interface DocumentFacets extends Record<FacetName, FacetValue[]> {
  /** How many documents were counted. */
  counted: number;
  /** False when there are more than are counted: then the counts are those of the newest. */
  complete: boolean;
}

export type LiveDocument = Pick<StoredDocument, 'mailboxId' | 'graphId' | 'kind' | 'folderPath' | 'parentId'>;

export interface WholeDocument {
  document: StoredDocument;
  attachments: StoredDocument[];
}

export interface DocumentStore {
  /** A page of documents without their bodies. Throws QueryTooBroadError when MongoDB needs too long. */
  search(query: DocumentQuery): Promise<FoundDocument[]>;
  /** Counts live documents by their kind, mailbox, …; at most some 100,000. Throws QueryTooBroadError. */
  facets(filters: DocumentFilters): Promise<DocumentFacets>;
  /** Every document that fits, whole, newest first where no words are asked for; leaving the loop closes the cursor. */
  walk(filters: DocumentFilters): AsyncIterable<WholeDocument>;
  get(id: string): Promise<StoredDocument | null>;
  /** Attachment documents of a message, or the parts of an attachment. */
  attachmentsOf(parentId: string): Promise<StoredDocument[]>;
  /** Live documents of each source, by kind. */
  countsBySource(sourceIds: readonly string[]): Promise<Map<string, Record<DocumentKind, number>>>;
  /** Every live document of a source, in no order, for comparing with a ground truth. */
  liveDocuments(query: { sourceId: string }): AsyncIterable<LiveDocument>;
}
