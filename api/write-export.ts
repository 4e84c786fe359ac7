import { createHash } from 'node:crypto';
import type { Export, ExportReason } from '../contract/export.ts';
import type { DocumentFilters, DocumentStore, WholeDocument } from '../store/document-types.ts';
import type { ExportStore } from '../store/exports.ts';
import type { DeletedSourceStore } from '../store/types.ts';
import { toDocumentAnswer, toDocumentSummary, type DeletedSources } from './schemas/document.ts';
import { toExportAnswer } from './schemas/export.ts';

/** Lines are sent in pieces of about this size. */
const pieceLength = 65_536;
const touchEveryMs = 10_000;

export interface ExportParts {
  documents: Pick<DocumentStore, 'walk'>;
  deletedSources: DeletedSourceStore;
  exports: ExportStore;
  manifest: Export;
  filters: DocumentFilters;
  stopping: AbortSignal;
  /** Told of a failure of Trawl's own. */
  onFailure(error: unknown): void;
}

/** Tells which sources of the documents so far were deleted; each is looked for once. */
function deletedAmong(store: DeletedSourceStore): (sourceId: string) => Promise<DeletedSources> {
  const asked = new Set<string>();
  const deleted = new Map<string, { deletedAt: Date }>();
  return async (sourceId) => {
    if (asked.has(sourceId)) return deleted;
    asked.add(sourceId);
    for (const [id, record] of await store.among([sourceId])) deleted.set(id, record);
    return deleted;
  };
}

function toLine({ document, attachments }: WholeDocument, deleted: DeletedSources): string {
  const told = document.removal === null ? toDocumentAnswer(document, { attachments, deleted }) : toDocumentSummary(document, deleted);
  return `${JSON.stringify(told)}\n`;
}

/**
 * The lines of an export, written as fast as they are taken, and its manifest as the last one. However it ends, the stored
 * manifest says so: a reader that leaves makes the loop end, and with it the cursor.
 */
export async function* writeExport(parts: ExportParts): AsyncGenerator<string> {
  const { exports, stopping, manifest } = parts;
  const hash = createHash('sha256');
  const told = { _id: manifest._id, count: 0, bytes: 0 };
  let reason: ExportReason | null = null;
  let over = false;
  let touchedMs = Date.now();
  let failure: unknown = null;
  try {
    for await (const lines of inPieces(parts)) {
      const piece = lines.join('');
      hash.update(piece);
      told.count += lines.length;
      told.bytes += Buffer.byteLength(piece);
      yield piece;
      if (stopping.aborted) break;
      if (Date.now() - touchedMs < touchEveryMs) continue;
      touchedMs = Date.now();
      await exports.touch({ ...told, touchedAt: new Date(touchedMs) });
    }
    over = !stopping.aborted;
  } catch (error) {
    reason = 'failed';
    failure = error;
    parts.onFailure(error);
  } finally {
    // Left before its end by nobody else: the reader did, or the process is to end.
    if (!over) reason ??= stopping.aborted ? 'stopping' : 'clientGone';
    const outcome = {
      state: reason === null ? 'complete' : 'incomplete',
      reason,
      sha256: reason === null ? hash.digest('hex') : null,
    } as const;
    Object.assign(manifest, told, outcome, { endedAt: new Date() });
    await exports.end({ ...told, ...outcome, endedAt: manifest.endedAt }).catch(parts.onFailure);
  }
  yield `${JSON.stringify({ manifest: toExportAnswer(manifest) })}\n`;
  // The connection is then cut, so that nobody takes what came for all there is.
  if (reason !== null) throw new Error('The export is incomplete', { cause: failure });
}

/** Documents as lines, some at a time. */
async function* inPieces({ documents, deletedSources, filters }: ExportParts): AsyncGenerator<string[]> {
  const deletedFor = deletedAmong(deletedSources);
  let lines: string[] = [];
  let length = 0;
  for await (const whole of documents.walk(filters)) {
    const line = toLine(whole, await deletedFor(whole.document.sourceId));
    lines.push(line);
    length += line.length;
    if (length < pieceLength) continue;
    yield lines;
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield lines;
}
