import { setTimeout as delay } from 'node:timers/promises';
import { findErrorRow } from '../contract/errors.ts';
import type { ProbedCredential } from '../contract/workflow/activities.ts';
import { GraphError } from '../graph/graph-error.ts';
import { SealError } from '../store/sealer.ts';
import type { ActivityDeps } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import { loadSource } from './source-context.ts';

const probeTimeoutMs = 30_000;
const probeTries = 4;
const firstWaitMs = 500;

interface Probe {
  accepted: boolean;
  reason: string | null;
  /** The fault says nothing of the credential. */
  passing: boolean;
}

const accepted: Probe = { accepted: true, reason: null, passing: false };

async function probeOnce(deps: ActivityDeps, probing: { sourceId: string; signal: AbortSignal }): Promise<Probe> {
  try {
    return await askOnce(deps, probing);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { accepted: false, reason: error.code, passing: findErrorRow(error.code).retry };
  }
}

async function askOnce(deps: ActivityDeps, { sourceId, signal }: { sourceId: string; signal: AbortSignal }): Promise<Probe> {
  const { graph, credential } = await loadSource(deps, sourceId);
  const token = await graph.checkCredential({ signal });
  if (!token.accepted) return { accepted: false, reason: token.code, passing: token.transient };
  try {
    await graph.listUsers({ link: null }, { budget: directoryBudget(credential, { call: 'listUsers', signal }), signal });
    return accepted;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { accepted: false, reason: error.code, passing: ['transient', 'throttled', 'malformedItem'].includes(error.class) };
  }
}

/**
 * Asks Entra for a token and Graph for the first users. After a fault that passes it asks again: the next probe of a
 * blocked source may be half an hour away, and the right secret may just have been saved.
 */
export async function probeCredential(deps: ActivityDeps, sourceId: string): Promise<ProbedCredential> {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  for (let tries = 1; ; tries += 1) {
    const probe = await probeOnce(deps, { sourceId, signal });
    if (!probe.passing || tries >= probeTries) {
      const { accepted: isAccepted, reason } = probe;
      return { accepted: isAccepted, reason, ...(reason !== null && { remedy: findErrorRow(reason).remedy }) };
    }
    await delay(firstWaitMs * 2 ** (tries - 1), undefined, { signal });
  }
}
