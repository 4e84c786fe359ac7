import { describe, expect, it } from 'vitest';
import { noCounts } from '../contract/workflow/counts.ts';
import { firstSourceInput, readCrawlSourceInput, type MailboxReport } from '../contract/workflow/inputs.ts';
import { createRun, mustHalt, stateOf, takeReport, toInput } from './source-run.ts';

const input = firstSourceInput({ sourceId: 's', datasetId: 'd', crawlId: 'c', mode: 'continuous', priority: 'normal' });
const report = (changes: Partial<MailboxReport>): MailboxReport => ({
  v: 1,
  crawlId: 'c',
  cycle: 1,
  mailboxId: 'm',
  outcome: 'done',
  counts: { ...noCounts, documents: 3 },
  ...changes,
});

function runWith(inFlight: string[]) {
  return createRun({ ...input, inFlight }, 0);
}

describe('a run of a source', () => {
  it('hands everything that the next run needs through its input', () => {
    const run = runWith(['a', 'b']);
    run.after = 'b';
    run.pausing = true;
    run.retries = ['z'];
    expect(readCrawlSourceInput(JSON.parse(JSON.stringify(toInput(run))))).toEqual({
      ...input,
      inFlight: ['a', 'b'],
      after: 'b',
      pausing: true,
      retries: ['z'],
    });
  });

  it('keeps by code how many mailboxes closed blocked, for the next run too', () => {
    const run = runWith(['m', 'n']);
    takeReport(run, report({ outcome: 'blocked', reason: 'ErrorAccessDenied' }));
    takeReport(run, report({ outcome: 'blocked', mailboxId: 'n' }));
    const next = createRun(readCrawlSourceInput(JSON.parse(JSON.stringify(toInput(run)))), 0);
    expect(next.troubles).toEqual({ ErrorAccessDenied: 1, TrawlUnknown: 1 });
  });

  it('counts a report once, however often it comes', () => {
    const run = runWith(['m']);
    takeReport(run, report({}));
    takeReport(run, report({}));
    expect(run).toMatchObject({ closed: 1, counts: { documents: 3 } });
  });

  it.each([{ crawlId: 'other' }, { cycle: 7 }])('only frees the place on a report of another crawl or cycle: %o', (change) => {
    const run = runWith(['m']);
    takeReport(run, report(change));
    expect(run).toMatchObject({ closed: 0, counts: noCounts });
    expect(run.window.inFlight.size).toBe(0);
  });

  it('is blocked by a refused credential, and does not count the mailbox as closed', () => {
    const run = runWith(['m']);
    takeReport(run, report({ outcome: 'credentialRefused' }));
    expect(run.closed).toBe(0);
    expect(stateOf(run)).toBe('blocked');
    expect(mustHalt(run)).toBe(true);
  });

  it('says what was asked for before what happens', () => {
    const run = runWith(['m']);
    run.blockedReason = 'CredentialRefused';
    run.pausing = true;
    expect(stateOf(run)).toBe('pausing');
    run.window.inFlight.clear();
    expect(stateOf(run)).toBe('paused');
    run.stopping = true;
    expect(stateOf(run)).toBe('stopping');
  });
});
