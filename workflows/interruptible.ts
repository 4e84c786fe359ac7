import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * Runs work that may take long and ends it as soon as `halted` holds.
 * Null when it was halted; throws what the work throws otherwise, a cancellation of the workflow included.
 */
export async function interruptible<T>(work: () => Promise<T>, halted: () => boolean): Promise<T | null> {
  const scope = new CancellationScope({ cancellable: true });
  let ended = false;
  const watching = new CancellationScope({ cancellable: true });
  const watch = watching
    .run(async () => {
      await condition(halted);
      if (!ended) scope.cancel();
    })
    .catch(() => undefined);
  try {
    return await scope.run(work);
  } catch (error) {
    if (isCancellation(error) && halted() && !CancellationScope.current().consideredCancelled) return null;
    throw error;
  } finally {
    ended = true;
    watching.cancel();
    await watch;
  }
}
