import { Type, type Static } from 'typebox';
import { callerKinds } from '../../contract/audit.ts';
import { exportReasons, exportStates, type Export } from '../../contract/export.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, Id, iso, isoOrNull, pageFields, Timestamp } from './common.ts';
import { crawlIdExample, datasetIdExample, keyIdExample, timeExample } from './examples.ts';

export const ExportQuery = Type.Object(pageFields, closed);

/** Lines of JSON, not one JSON. */
export const ExportLines = {
  description:
    'A document per line, as GET /v1/documents/{id} gives it (removed ones as the list does); the last line is {"manifest": …} with the count and the SHA-256 of all lines before it. Without that line the file is incomplete',
  content: { 'application/x-ndjson': { schema: Type.Unsafe<unknown>({ type: 'string' }) } },
};

export const ExportAnswer = Type.Object(
  {
    id: Id,
    state: Words(exportStates),
    reason: Nullable(Words(exportReasons)),
    caller: Type.Object({ kind: Words(callerKinds), id: Type.String(), name: Type.String() }),
    query: Type.Record(Type.String(), Type.Unknown(), { description: 'What was asked for' }),
    datasetIds: Type.Array(Type.String(), { description: 'The datasets that were searched: those that the caller could see' }),
    count: Type.Integer({ description: 'Documents' }),
    bytes: Type.Integer({ description: 'Of the lines of documents' }),
    sha256: Nullable(Type.String({ description: 'Of the lines of documents, in hexadecimal; null when it did not come to its end' })),
    startedAt: Timestamp,
    endedAt: Nullable(Timestamp),
  },
  {
    title: 'Export',
    description: 'The manifest of an export',
    examples: [
      {
        id: crawlIdExample,
        state: 'complete',
        reason: null,
        caller: { kind: 'apiKey', id: keyIdExample, name: 'Discovery' },
        query: { q: 'budget' },
        datasetIds: [datasetIdExample],
        count: 12,
        bytes: 40_960,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        startedAt: timeExample,
        endedAt: timeExample,
      },
    ],
  },
);
export type ExportAnswer = Static<typeof ExportAnswer>;

/** A running export renews its record much more often than this. */
const lostAfterMs = 120_000;

export function toExportAnswer(manifest: Export): ExportAnswer {
  const lost = manifest.state === 'running' && Date.now() - manifest.touchedAt.getTime() > lostAfterMs;
  const { _id: id, caller, query, datasetIds, count, bytes, sha256 } = manifest;
  return {
    id,
    state: lost ? 'incomplete' : manifest.state,
    reason: lost ? 'lost' : manifest.reason,
    caller,
    query,
    datasetIds,
    count,
    bytes,
    sha256,
    startedAt: iso(manifest.startedAt),
    endedAt: isoOrNull(manifest.endedAt),
  };
}
