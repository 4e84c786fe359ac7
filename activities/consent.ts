import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../contract/workflow/failures.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { CallOptions, Graph } from '../graph/types.ts';
import { retrying } from './retrying.ts';

export const isForbidden = (error: unknown): error is GraphError => error instanceof GraphError && error.class === 'forbidden';

/** Without the right to list users no scope can be known: the fault is the credential's, whatever Graph calls it. */
export function asCredentialFault(error: unknown): unknown {
  if (!isForbidden(error)) return error;
  return ApplicationFailure.create({
    type: failureTypes.credentialRefused,
    nonRetryable: true,
    message: `${error.operation}: ${error.code} (${error.status}), the app may not list users: grant User.Read.All and consent to it`,
  });
}

/**
 * The Graph of one mailbox's work, which looks further when a mailbox refuses the app. Exchange says the same where a
 * policy keeps the app from one mailbox and where consent was withdrawn for all: in the second case the directory
 * refuses too, and the answer is thrown as the credential's fault, so that no mailbox is given up for it.
 */
export function mindingConsent(graph: Graph, directory: Required<CallOptions>): Graph {
  const look = () => retrying(() => graph.listUsers({ link: null }, directory), directory.signal);
  const minding =
    (ask: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]): Promise<unknown> => {
      try {
        return await ask(...given);
      } catch (error) {
        if (isForbidden(error)) {
          await look().catch((refusal: unknown) => {
            throw asCredentialFault(refusal);
          });
        }
        throw error;
      }
    };
  return Object.fromEntries(Object.entries(graph).map(([name, ask]) => [name, minding(ask)])) as unknown as Graph;
}
