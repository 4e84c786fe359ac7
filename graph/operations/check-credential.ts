import type { Agent } from 'undici';
import { findErrorRow } from '../../contract/errors.ts';
import { askEntra, type EntraApp } from '../ask-entra.ts';
import { createDeadline } from '../deadline.ts';
import { GraphError } from '../graph-error.ts';
import type { Graph } from '../types.ts';

/** Asks Entra for a token outside of the cache; `transient` is true when the same credential may be accepted later. */
export const checkCredential =
  (deps: { app: EntraApp; agent: Agent; timeoutMs: number }): Graph['checkCredential'] =>
  async ({ signal }) => {
    signal?.throwIfAborted();
    const deadline = createDeadline({ timeoutMs: deps.timeoutMs, signal });
    try {
      await askEntra({ app: deps.app, agent: deps.agent, deadline });
      return { accepted: true };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const transient =
        error.class === 'transient' || error.class === 'throttled' || findErrorRow(error.code, error.status ?? undefined).retry;
      return { accepted: false, code: error.code, transient };
    } finally {
      deadline.clear();
    }
  };
