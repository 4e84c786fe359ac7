import type { Collection, Db, Document } from 'mongodb';
import { isDeepStrictEqual } from 'node:util';
import type { TSchema } from 'typebox';
import { ApiKey } from '../contract/api-key.ts';
import { AuditEntry } from '../contract/audit.ts';
import { Budget } from '../contract/budget.ts';
import { CallerGroups } from '../contract/caller-groups.ts';
import { ConnectionTest, PreviewedMailbox } from '../contract/connection-test-record.ts';
import { Crawl } from '../contract/crawl.ts';
import { Credential } from '../contract/credential.ts';
import { CredentialTest } from '../contract/credential-test.ts';
import { DataKey } from '../contract/data-key.ts';
import { Dataset } from '../contract/dataset.ts';
import { DeletedSource } from '../contract/deleted-source.ts';
import { StoredDocument } from '../contract/document.ts';
import { Export } from '../contract/export.ts';
import { IdempotentRequest } from '../contract/idempotent-request.ts';
import { Mailbox } from '../contract/mailbox.ts';
import { Skip } from '../contract/skip.ts';
import { Source } from '../contract/source.ts';
import { Span } from '../contract/span.ts';
import { Stream } from '../contract/stream.ts';
import { indexes, type NamedIndex } from './indexes.ts';
import { migrations, runMigrations, type Migration } from './migrations.ts';
import { toMongoSchema, type SchemaNode } from './mongo-schema.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';

const validated: Record<string, TSchema> = {
  datasets: Dataset,
  credentials: Credential,
  credentialTests: CredentialTest,
  dataKeys: DataKey,
  connectionTests: ConnectionTest,
  previewMailboxes: PreviewedMailbox,
  sources: Source,
  deletedSources: DeletedSource,
  crawls: Crawl,
  mailboxes: Mailbox,
  streams: Stream,
  spans: Span,
  documents: StoredDocument,
  skips: Skip,
  budgets: Budget,
  apiKeys: ApiKey,
  callerGroups: CallerGroups,
  audit: AuditEntry,
  exports: Export,
  idempotency: IdempotentRequest,
};

/**
 * Makes collections, validators and indexes, and runs migrations that are due. Harmless when repeated, and when several
 * processes start at once. A validator that has not changed is not set again: doing so would wait for open transactions.
 */
export async function prepareStore(store: { db: Db }, due: readonly Migration[] = migrations): Promise<void> {
  const { db } = store;
  const existing = new Map((await db.listCollections().toArray()).map((found) => [found.name, found as Document]));
  const names = new Set([...Object.keys(validated), ...Object.keys(indexes)]);
  await Promise.all([...names].map(async (name) => prepareCollection(db, name, existing.get(name))));
  await runMigrations(db, due);
}

async function prepareCollection(db: Db, name: string, existing: Document | undefined): Promise<void> {
  const schema = validated[name];
  const validator = schema === undefined ? {} : { $jsonSchema: toMongoSchema(schema as unknown as SchemaNode) };
  if (existing === undefined) await createCollection(db, name, validator);
  else if (!isDeepStrictEqual(existing['options']?.validator ?? {}, validator)) await db.command({ collMod: name, validator });
  for (const index of indexes[name] ?? []) await makeIndex(db.collection(name), index);
}

/** Makes an index; one of the same name that was defined differently by an earlier version is replaced. */
async function makeIndex(collection: Collection, index: NamedIndex): Promise<void> {
  try {
    await collection.createIndexes([index]);
  } catch (error) {
    const code = serverCodeOf(error);
    if (code !== serverCodes.indexOptionsConflict && code !== serverCodes.indexKeySpecsConflict) throw error;
    await collection.dropIndex(index.name);
    await collection.createIndexes([index]);
  }
}

async function createCollection(db: Db, name: string, validator: Document): Promise<void> {
  try {
    await db.createCollection(name, { validator });
  } catch (error) {
    if (serverCodeOf(error) !== serverCodes.namespaceExists) throw error;
    await db.command({ collMod: name, validator });
  }
}
