import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomOf, type Random } from '../../emulator/data/random.ts';
import { documentedGetPaths, EVENTUAL, fillPaths, type FilledPath } from './openapi-paths.ts';
import { grantEverything, hasOpenApi, startEmulator, type TestEmulator } from './support.ts';

/** Other requests in each run; `TRAWL_TEST_SEED` repeats those of one. */
const seed = Number(process.env['TRAWL_TEST_SEED'] ?? Date.now() % 1_000_000_000);

const OPTIONS = [
  '$top=1', '$top=0', '$top=-1', '$top=99999999999999999999', '$top=ten', '$skip=1', '$skip=1e9', '$count=true', '$count=perhaps',
  '$select=id', '$select=id,nothing', '$select=', '$select=*', '$expand=attachments', '$expand=nothing', '$expand=',
  '$orderby=receivedDateTime desc', '$orderby=nothing', '$orderby=,', "$filter=id eq 'x'", '$filter=isRead eq', "$filter=((((((((((a eq 'b'))))))))))",
  '$filter=receivedDateTime ge 2026-13-45T99:00:00Z', "$filter=startswith(subject,'R')", '$filter=not (isRead eq true)', '$search="report"', '$search=%22',
  '$skiptoken=x', '$deltatoken=x', '$deltatoken=latest', '$format=json', '$format=xml', '%24top=2', '$unknown=1', 'startDateTime=2026-01-01', 'endDateTime=never',
  'startDateTime=0001-01-01T00:00:00Z', 'endDateTime=9999-12-31T23:59:59Z', 'includeHiddenFolders=true', 'changeType=created', '$apply=x', '\u0000', '%', '$filter=%F0%9F%98%80',
] as const; // prettier-ignore
const PREFERENCES = [
  'odata.maxpagesize=0', 'odata.maxpagesize=2', 'odata.maxpagesize=1e99', 'IdType="ImmutableId"', 'outlook.timezone="Europe/Berlin"',
  'outlook.timezone="Nowhere/At all"', 'outlook.body-content-type="text"', ',,;=', 'return=minimal',
] as const; // prettier-ignore

describe.runIf(hasOpenApi)("the GET paths of Microsoft's OpenAPI document", () => {
  let emulator: TestEmulator;
  let paths: readonly FilledPath[];
  beforeAll(async () => {
    emulator = await startEmulator({ seed: { mailboxes: 8, messagesPerMailbox: 600 } });
    await grantEverything(emulator);
    paths = await fillPaths(emulator, documentedGetPaths());
  });
  afterAll(() => emulator.stop());

  test('are answered as the document says, or refused as Graph refuses', async () => {
    const served: string[] = [];
    const refused: string[] = [];
    const failed: string[] = [];
    for (const { template, path } of paths) {
      const { status, body } = await emulator.get(path, { headers: EVENTUAL });
      if (status === 200) served.push(template);
      else if (status < 500) refused.push(`  ${`${status} ${body.error?.code}`.padEnd(36)} ${template}`);
      else failed.push(`${template}: ${status}`);
    }
    process.stderr.write(`${served.length} of ${paths.length} documented GET paths are served. Not served:\n${refused.join('\n')}\n`);
    expect([failed, emulator.failures.splice(0).map(String)]).toEqual([[], []]);
    expect(served.length).toBeGreaterThan(250);
  });

  test('stand any query and preference without failing', async () => {
    process.stderr.write(`TRAWL_TEST_SEED=${seed}\n`);
    const random = randomOf('queries', seed);
    const failed: string[] = [];
    for (const { path } of paths.flatMap((entry) => [entry, entry, entry])) {
      const { target, prefer } = disturbed(path, random);
      const { status } = await emulator.get(target, { prefer });
      if (status >= 500) failed.push(`${status} for ${target} with ${prefer}`);
    }
    expect([failed, emulator.failures.splice(0).map(String)]).toEqual([[], []]);
  });
});

function disturbed(path: string, random: Random): { target: string; prefer: string } {
  const options = Array.from({ length: 1 + random.below(3) }, () => random.pick(OPTIONS));
  const query = options.map((option) => option.replaceAll(' ', '%20').replaceAll('\u0000', '%00').replaceAll('"', '%22')).join('&');
  const prefer = Array.from({ length: random.below(3) }, () => random.pick(PREFERENCES)).join(', ');
  return { target: `${path}${path.includes('?') ? '&' : '?'}${query}`, prefer };
}
