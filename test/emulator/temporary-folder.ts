import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An empty folder for the tests of a file or a `describe`, which goes when they have run. To be called outside of a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trawl-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
