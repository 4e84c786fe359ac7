import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestEmulator } from '../support.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../shared/graph/doc-samples');

/** Microsoft's documentation samples stand beside the checkout, where there are any. */
export const hasDocSamples = existsSync(FOLDER);

export interface Sample {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly response: {
    /** Null where the page gives none. */
    readonly status: number | null;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export function readSample(name: string): Sample {
  return JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8')) as Sample;
}

/** The names of all samples of class `read`. */
export function readSampleNames(): string[] {
  const rows = JSON.parse(readFileSync(resolve(FOLDER, 'index.json'), 'utf8')) as { file: string; class: string }[];
  return rows.filter((row) => row.class === 'read').map((row) => row.file.replace(/\.json$/, ''));
}

/** How the documented request is sent to an emulator that was prepared for it. */
export interface Replay {
  /** Path and query below the version with ids that exist; without it the documented ones are sent as they are. */
  readonly path?: string;
  /** Headers that the page names in its text but not in its example. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the documented body, with ids that exist. */
  readonly body?: object;
  /** Who asks: the app itself (default), or the person of this object id with these delegated permissions. */
  readonly person?: { readonly id: string; readonly scopes: readonly string[] };
  /** Done just before the request is sent. */
  before?(): Promise<void>;
}

/** The samples that one room answers for, with the emulator that was prepared for them. */
export interface PreparedRoom {
  readonly client: TestEmulator;
  readonly samples: Readonly<Record<string, Replay>>;
}
