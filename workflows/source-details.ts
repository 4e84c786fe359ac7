import type { SourceRun } from './source-run.ts';
import { stateOf } from './source-run.ts';

const scopeAdvice =
  'The scope cannot be taken as it is; `GET /v1/sources/{id}` says more. It is resolved again by itself, and at once on the update `runNow` or when the source is changed. When mailboxes vanished and have really left, send the update `confirmRetirement`.';

const advice: Partial<Record<ReturnType<typeof stateOf>, string>> = {
  blocked:
    'Microsoft refuses the credential. Save a working secret or give consent back: the crawl goes on by itself, at once on the update `runNow`.',
  running: 'Send the update `pause` to hold it, `stop` to end it; what was read stays.',
  pausing: 'It holds as soon as pages in flight have ended. Send the update `resume` to go on.',
  paused: 'Send the update `resume` to go on, `stop` to end.',
  waiting: 'Send the update `runNow` to start the next cycle at once.',
  stopping: 'It ends as soon as pages in flight have ended.',
};

function troubleLines({ troubles }: SourceRun): string[] {
  const codes = Object.entries(troubles);
  if (codes.length === 0) return [];
  return [
    '',
    '| blocked or lost by | mailboxes |',
    '|---|---|',
    ...codes.map(([code, mailboxes]) => `| \`${code}\` | ${mailboxes} |`),
    '',
    'Blocked mailboxes are probed again in the next cycle. After the repair, send the signal `retry` with `"blocked"` to have them tried at once; the list of workflows by `TrawlState = "blocked"` says what to do about each.',
  ];
}

/** What a person wants to read of a source's crawl, as Markdown for the Web UI: ids and numbers, never an address. */
export function sourceDetails(run: SourceRun): string {
  const state = stateOf(run);
  const troubled = Object.values(run.troubles).reduce((sum, mailboxes) => sum + mailboxes, 0);
  const lines = [`**${state}** · cycle ${run.cycle} · ${run.mode} · priority ${run.priority}`];
  if (run.blockedReason !== null) lines.push('', `Reason: \`${run.blockedReason}\``);
  if (run.blockedReason !== null && run.remedy !== null) lines.push('', run.remedy);
  const hint = state === 'blocked' && run.scopeBlocked ? scopeAdvice : advice[state];
  if (hint !== undefined) lines.push('', hint);
  lines.push(
    '',
    run.title,
    '',
    '| | |',
    '|---|---|',
    `| mailboxes closed in this cycle | ${run.closed} |`,
    `| mailboxes in flight | ${run.window.inFlight.size} of ${run.window.size} |`,
    `| blocked or lost | ${troubled} |`,
    `| documents written | ${run.counts.documents} |`,
    `| removed | ${run.counts.removed} |`,
    `| skips | ${run.counts.skips} |`,
    `| requests to Graph | ${run.counts.requests} |`,
    ...troubleLines(run),
  );
  return lines.join('\n');
}
