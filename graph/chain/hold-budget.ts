import { readRetryAfterMs } from '../retry-after.ts';
import { answerOf, createStep } from './call.ts';

/** How long to hold a mailbox back when Graph says to wait without saying how long. */
function fallbackWaitMs(status: number): number {
  const baseMs = status === 429 ? 2_000 : 1_000;
  return Math.round(baseMs * (1 + Math.random()));
}

/** Asks the mailbox's budget right before each sending, repeats too, and tells it when Graph asks to wait. */
export const holdBudget = () =>
  createStep(async ({ context, call, next }) => {
    await call.budget?.take();
    if (call.deadline.callerAborted()) throw call.deadline.callerReason();
    await next();
    const { status, headers } = answerOf(context);
    if (status !== 429 && status !== 503) return;
    await call.budget?.onThrottled(readRetryAfterMs(headers) ?? fallbackWaitMs(status));
  });
