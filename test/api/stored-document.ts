import type { StoredDocument } from '../../contract/document.ts';

/** A live message as the crawl stores one; its id follows from its source and its Graph id. */
export function storedDocument(
  given: Pick<StoredDocument, 'sourceId' | 'datasetId' | 'graphId'>,
  changes: Partial<StoredDocument> = {},
): StoredDocument {
  const now = new Date('2026-04-01T00:00:00Z');
  return {
    _id: `${given.sourceId}:mailbox-1:${given.graphId}`,
    kind: 'message',
    mailboxId: 'mailbox-1',
    country: 'DE',
    parentId: null,
    crawlId: 'c',
    firstSeenAt: now,
    lastSeenAt: now,
    folderId: 'f',
    folderPath: '/Inbox',
    lastModifiedAt: now,
    contentAsOf: now,
    contentHash: null,
    seenIn: {},
    unseenSince: null,
    kept: null,
    removal: null,
    attachments: null,
    indexDueAt: now,
    webLink: `https://outlook.office365.com/owa/?ItemID=${given.graphId}`,
    from: { name: 'Ada', address: 'ada@contoso.example' },
    ...given,
    ...changes,
  };
}
