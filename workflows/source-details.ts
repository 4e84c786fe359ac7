import type { SourceRun } from './source-run.ts';
import { stateOf } from './source-run.ts';

const scopeAdvice =
  'The scope cannot be taken as it is: `GET /v1/sources/{id}` says why. It is resolved again by itself, and at once on `runNow` or when the source is changed. When mailboxes vanished and have really left, send `confirmRetirement`.';

const advice: Partial<Record<ReturnType<typeof stateOf>, string>> = {
  blocked: 'Microsoft refuses the credential. Save a working secret or give consent back: the crawl goes on by itself.',
  paused: 'Send the update `resume` to go on, `stop` to end.',
  waiting: 'Send the update `runNow` to start the next cycle at once.',
};

/** What a person wants to read of a source's crawl, as Markdown for the Web UI: ids and numbers, never an address. */
export function sourceDetails(run: SourceRun): string {
  const state = stateOf(run);
  const lines = [
    `**${state}** · cycle ${run.cycle} · ${run.mode} · priority ${run.priority}`,
    '',
    run.title,
    '',
    '| | |',
    '|---|---|',
    `| mailboxes closed in this cycle | ${run.closed} |`,
    `| mailboxes in flight | ${run.window.inFlight.size} of ${run.window.size} |`,
    `| blocked or interrupted | ${run.troubled} |`,
    `| documents written | ${run.counts.documents} |`,
    `| removed | ${run.counts.removed} |`,
    `| skips | ${run.counts.skips} |`,
    `| requests to Graph | ${run.counts.requests} |`,
  ];
  if (run.blockedReason !== null) lines.push('', `Reason: \`${run.blockedReason}\``);
  const hint = state === 'blocked' && run.scopeBlocked ? scopeAdvice : advice[state];
  if (hint !== undefined) lines.push('', hint);
  if (run.troubled > 0)
    lines.push('', 'Blocked mailboxes are probed again in the next cycle; see `GET /v1/sources/{id}/mailboxes?state=blocked`.');
  return lines.join('\n');
}
