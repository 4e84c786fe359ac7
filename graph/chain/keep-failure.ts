import { createStep } from './call.ts';

/** Outermost: keeps what any other part throws, as it is. */
export const keepFailure = () =>
  createStep(async ({ call, next }) => {
    try {
      await next();
    } catch (error) {
      call.failure = error;
      throw error;
    }
  });
