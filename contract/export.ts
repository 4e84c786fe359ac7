import { Type, type Static } from 'typebox';
import { callerKinds } from './audit.ts';
import { Nullable, StoredDate, Words } from './schema.ts';

export const exportStates = ['running', 'complete', 'incomplete'] as const;

/** Why an export is incomplete: `lost` when the process that wrote it died. */
export const exportReasons = ['clientGone', 'stopping', 'failed', 'lost'] as const;
export type ExportReason = (typeof exportReasons)[number];

/** The manifest of an export: who took which documents out, and by what the taken file is known again. */
export const Export = Type.Object({
  _id: Type.String(),
  caller: Type.Object({ kind: Words(callerKinds), id: Type.String(), name: Type.String() }),
  /** What was asked for, as it was asked. */
  query: Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean()])),
  /** The datasets that were searched: those that the caller could see. */
  datasetIds: Type.Array(Type.String()),
  state: Words(exportStates),
  reason: Nullable(Words(exportReasons)),
  /** Lines, each a document. */
  count: Type.Integer(),
  bytes: Type.Number(),
  /** Of all lines but the manifest's; null until the end. */
  sha256: Nullable(Type.String()),
  startedAt: StoredDate,
  /** Renewed while it runs, so that one whose process died is told. */
  touchedAt: StoredDate,
  endedAt: Nullable(StoredDate),
});
export type Export = Static<typeof Export>;
