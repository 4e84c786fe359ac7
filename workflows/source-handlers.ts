import { defineQuery, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/common';
import { isMailboxId, readMailboxReport, readRetryRequest, type MailboxReport } from '../contract/workflow/inputs.ts';
import { sourceSignals, sourceUpdates, type RetryKind } from '../contract/workflow/names.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { stateOf, takeReport, type SourceRun } from './source-run.ts';
import { closePlace } from './window.ts';

const maximumWindowSize = 500;

interface Answer {
  state: SourceState;
}

function validateMailboxId(value: unknown): void {
  if (!isMailboxId(value)) {
    throw ApplicationFailure.nonRetryable('A mailbox id is expected: a text of 1 to 200 characters');
  }
}

function validateWindowSize(value: unknown): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maximumWindowSize) {
    throw ApplicationFailure.nonRetryable(`A window size is expected: a whole number from 1 to ${maximumWindowSize}`);
  }
}

/** Handlers set state and answer at once: nothing is lost when a run ends while one is at work. */
export function handleUpdates(run: SourceRun): void {
  const answer = (): Answer => ({ state: stateOf(run) });
  const command = (name: string, description: string, act: () => void): void => {
    setHandler(
      defineUpdate<Answer>(name),
      () => {
        act();
        return answer();
      },
      { description },
    );
  };
  command(sourceUpdates.pause, 'Ends what is in flight after the current page and waits for resume', () => {
    run.pausing = true;
  });
  command(sourceUpdates.resume, 'Goes on after a pause', () => {
    run.pausing = false;
  });
  command(sourceUpdates.stop, 'Ends the crawl; what was read stays', () => {
    run.stopping = true;
  });
  command(sourceUpdates.runNow, 'Starts the next cycle at once, or probes at once what blocks the source', () => {
    run.woken = true;
  });
  command(sourceUpdates.reloadSource, 'Reads the settings of the source again', () => {
    run.reload = true;
  });
  command(
    sourceUpdates.confirmRetirement,
    'Confirms that mailboxes which vanished from the scope have really left: they are retired',
    () => {
      if (run.held !== null) run.confirmed = run.held;
    },
  );
  command(sourceUpdates.retryBlocked, 'Crawls all blocked mailboxes again', () => askAgain(run, 'blocked'));
  command(sourceUpdates.retryDueSkips, 'Crawls mailboxes again whose skipped items are due', () => askAgain(run, 'dueSkips'));
  setHandler(
    defineUpdate<Answer, [string]>(sourceUpdates.retryMailbox),
    (mailboxId) => {
      run.retries.push(mailboxId);
      return answer();
    },
    { description: 'Crawls one mailbox again; its id is the argument', validator: validateMailboxId },
  );
  setHandler(
    defineUpdate<Answer, [number]>(sourceUpdates.setWindow),
    (size) => {
      run.window.size = size;
      return answer();
    },
    { description: 'How many mailboxes are crawled side by side', validator: validateWindowSize },
  );
}

function askAgain(run: SourceRun, kind: RetryKind): void {
  if (!run.again.includes(kind)) run.again.push(kind);
}

/** A signal beside the updates, since the Web UI sends one with a form wherever it runs. What it cannot read, it leaves. */
export function handleRetry(run: SourceRun): void {
  setHandler(
    defineSignal<[unknown]>(sourceSignals.retry),
    (value) => {
      const request = readRetryRequest(value);
      if (request === null) log.warn('A signal retry was not understood: "blocked", "skips" or {"mailboxId": "…"} is expected');
      else if ('kind' in request) askAgain(run, request.kind);
      else run.retries.push(request.mailboxId);
    },
    { description: 'Crawls again: "blocked" (all blocked mailboxes), "skips" (all skipped items), or {"mailboxId": "…"}' },
  );
}

/** Hears reports of mailboxes, and answers what the run knows. A report without the right shape is left to the inspection. */
export function handleReports(run: SourceRun): void {
  setHandler(
    defineSignal<[MailboxReport]>(sourceSignals.mailboxClosed),
    (report) => {
      try {
        takeReport(run, readMailboxReport(report));
      } catch {
        const id = (report as Partial<MailboxReport> | null)?.mailboxId;
        if (typeof id === 'string') closePlace(run.window, id);
      }
    },
    { description: 'A mailbox tells how it ended' },
  );
  setHandler(
    defineQuery<object>('progress'),
    () => ({ state: stateOf(run), cycle: run.cycle, closed: run.closed, inFlight: run.window.inFlight.size, counts: run.counts }),
    { description: 'State, cycle and counts of this crawl' },
  );
}
