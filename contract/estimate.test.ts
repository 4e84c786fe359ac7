import { describe, expect, test } from 'vitest';
import type { ConnectionTestReport, ScopeMailbox } from './connection-test.ts';
import { estimate } from './estimate.ts';
import { defaultPolicy } from './policy.ts';

const sample = (changes: Partial<ScopeMailbox> = {}): ScopeMailbox => ({
  ...{ mailboxId: 'm', address: null, displayName: null, class: 'user', state: 'readable', code: null, refused: [] },
  ...{ folders: 20, emptyFolders: 10, items: 1_000 },
  ...changes,
});
const absent = sample({ state: 'absent', folders: null, emptyFolders: null, items: null });

const report = (count: number, samples: ScopeMailbox[]): ConnectionTestReport => ({
  ...{ v: 1, at: new Date(), durationMs: 1, credentialRevision: 1, scopeRevision: 1, outcome: 'passes', findings: [], domain: null },
  ...{ group: null, mailboxes: { count, complete: true }, withoutMailbox: {}, withoutMailboxNames: [], samples },
});
const noFiles = { ...defaultPolicy, attachments: { ...defaultPolicy.attachments, read: false } };

describe('an estimate', () => {
  test('takes the means of what was counted for the rest, and leaves out the share that is not there', () => {
    const found = estimate(report(100, [sample(), sample({ items: 3_000 }), absent, absent]), noFiles)!;
    expect(found).toMatchObject({ mailboxes: 50, items: 100_000 });
    // 12 to open and close, 10 for empty folders, 30 for the others, one for 200 messages.
    expect(found.requests).toBe(50 * (12 + 10 + 30 + 2_000 / 200));
  });

  test('costs more with attachments, and a request a message with MIME forms', () => {
    const of = (policy: typeof defaultPolicy) => estimate(report(1, [sample()]), policy)!;
    expect(of(defaultPolicy).requests - of(noFiles).requests).toBe(56);
    expect(of({ ...noFiles, originalMime: true }).requests - of(noFiles).requests).toBe(1_000);
    expect(of({ ...noFiles, originalMime: true }).bytes).toBeGreaterThan(of(noFiles).bytes * 2);
  });

  test('says what the time follows from: the limit of a mailbox where one is large, else the worker', () => {
    const giant = sample({ items: 1_000_000 });
    const mime = { ...noFiles, originalMime: true };
    expect(estimate(report(1, [giant]), mime)).toMatchObject({ limitedBy: 'mailboxLimit' });
    expect(estimate(report(1, [giant]), mime)!.seconds).toBeGreaterThan(60_000);
    expect(estimate(report(500, [sample({ items: 20_000 })]), noFiles)).toMatchObject({ limitedBy: 'worker' });
  });

  test('names every number with where it is from, and is none where nothing was counted', () => {
    const { basis } = estimate(report(3, [sample()]), defaultPolicy)!;
    expect(new Set(basis.map(({ kind }) => kind))).toEqual(new Set(['measured', 'limit', 'assumed']));
    expect(new Set(basis.map(({ name }) => name)).size).toBe(basis.length);
    expect(estimate(report(3, [absent]), defaultPolicy)).toBeNull();
    expect(estimate({ ...report(3, [sample()]), mailboxes: null }, defaultPolicy)).toBeNull();
  });
});
