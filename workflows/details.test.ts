import { describe, expect, it } from 'vitest';
import { noCounts } from '../contract/workflow/counts.ts';
import { firstSourceInput } from '../contract/workflow/inputs.ts';
import { closedDetails } from './mailbox-details.ts';
import { sourceDetails } from './source-details.ts';
import { addTrouble, createRun } from './source-run.ts';

const run = () => createRun(firstSourceInput({ sourceId: 's', datasetId: 'd', crawlId: 'c', mode: 'continuous', priority: 'high' }), 0);

describe('details of a source', () => {
  it('begin with its state, what is in the way and what to do', () => {
    const blocked = Object.assign(run(), { blockedReason: 'AADSTS7000222', remedy: 'Make a new secret' });
    const [first, , ...rest] = sourceDetails(blocked).split('\n');
    expect(first).toBe('**blocked** · cycle 1 · continuous · priority high');
    expect(rest.slice(0, 3)).toEqual(['Reason: `AADSTS7000222`', '', 'Make a new secret']);
  });

  it('name by code what blocks mailboxes, and the command that has them tried again', () => {
    const troubled = run();
    for (const code of ['ErrorAccessDenied', 'ErrorAccessDenied', 'TrawlLostWorkflow']) addTrouble(troubled, code);
    const details = sourceDetails(troubled);
    expect(details).toContain('| blocked or lost | 3 |');
    expect(details).toContain('| `ErrorAccessDenied` | 2 |\n| `TrawlLostWorkflow` | 1 |');
    expect(details).toContain('signal `retry` with `"blocked"`');
    expect(sourceDetails(run())).not.toContain('retry');
  });
});

describe('details of a mailbox that was closed', () => {
  const at = { sourceId: 's', mailboxId: 'm' };

  it('say why it is blocked, what to do, and what to send then', () => {
    const details = closedDetails(at, { outcome: 'blocked', counts: noCounts, reason: 'ErrorAccessDenied', remedy: 'Grant Mail.Read' });
    expect(details).toContain('Reason: `ErrorAccessDenied`\n\nGrant Mail.Read');
    expect(details).toContain('`source/s` the signal `retry` with `{"mailboxId":"m"}`');
  });

  it('are one line when nothing is in the way', () => {
    expect(closedDetails(at, { outcome: 'done', counts: noCounts })).toBe('**done** · 0 documents · 0 pages · 0 skips · 0 requests');
  });
});
