import type { Context, Middleware, MiddlewareOptions } from '@microsoft/microsoft-graph-client';
import type { Deadline } from '../deadline.ts';
import type { RequestBudget } from '../types.ts';

/**
 * What the chain must know of one call. A class, since the client finds a middleware's options by their class.
 */
export class Call implements MiddlewareOptions {
  readonly operation: string;
  /** The address as it is to be sent: the client would parse a nextLink and put its parameters in another order. */
  readonly url: string;
  readonly budget: RequestBudget | undefined;
  readonly deadline: Deadline;
  /** What a part of the chain threw; the client would wrap it and lose its class. */
  failure: unknown;

  constructor(fields: { operation: string; url: string; budget: RequestBudget | undefined; deadline: Deadline }) {
    this.operation = fields.operation;
    this.url = fields.url;
    this.budget = fields.budget;
    this.deadline = fields.deadline;
  }
}

/** The headers of the request that is being made. */
export function headersOf(context: Context): Record<string, string> {
  context.options ??= {};
  return (context.options.headers ??= {}) as Record<string, string>;
}

/** The answer that the chain has so far. Throws when nothing was sent yet. */
export function answerOf(context: Context): Response {
  if (!context.response) throw new Error('The chain of the Graph client has no answer yet');
  return context.response;
}

type Step = (exchange: { context: Context; call: Call; next: () => Promise<void> }) => Promise<void>;

/** Makes one part of the client's chain of a function. */
export function createStep(step: Step): Middleware {
  let following: Middleware | undefined;
  return {
    async execute(context: Context) {
      const call = context.middlewareControl?.getMiddlewareOptions(Call);
      if (!(call instanceof Call)) throw new Error('A request of the Graph client was made without its call');
      await step({ context, call, next: async () => following?.execute(context) });
    },
    setNext(middleware: Middleware) {
      following = middleware;
    },
  };
}
