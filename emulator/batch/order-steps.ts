import { problem } from '../http/problem.ts';
import type { BatchStep } from './parse-batch.ts';

export interface StepOrder {
  /** Without any dependsOn steps run side by side, else one after another. */
  readonly isParallel: boolean;
  readonly steps: readonly BatchStep[];
}

/**
 * learn.microsoft.com/graph/known-issues#json-batching knows three patterns: no dependencies, each step on the one before,
 * or all that depend on the same one; the last runs one after another too. Throws Graph's 400 for others.
 */
export function orderSteps(steps: readonly BatchStep[]): StepOrder {
  const dependents = steps.filter((step) => step.dependsOn.length > 0);
  if (dependents.length === 0) return { isParallel: true, steps };
  const chain = chainOf(steps);
  if (chain) return { isParallel: false, steps: chain };
  const [first] = dependents;
  const common = first!.dependsOn[0]!.toLowerCase();
  const isSame = dependents.every(
    ({ id, dependsOn }) => dependsOn.length === 1 && dependsOn[0]!.toLowerCase() === common && id.toLowerCase() !== common,
  );
  if (!isSame)
    throw problem(400, 'BadRequest', 'The dependsOn of a batch must be fully sequential, fully parallel, or name the same request.');
  return { isParallel: false, steps: [...steps.filter((step) => !dependents.includes(step)), ...dependents] };
}

/** The steps as one chain, in its order; undefined when they are none. */
function chainOf(steps: readonly BatchStep[]): BatchStep[] | undefined {
  const next = new Map<string, BatchStep>();
  let start: BatchStep | undefined;
  for (const step of steps) {
    if (step.dependsOn.length > 1) return undefined;
    const before = step.dependsOn[0]?.toLowerCase();
    if (before === undefined ? start !== undefined : next.has(before)) return undefined;
    if (before === undefined) start = step;
    else next.set(before, step);
  }
  const chain: BatchStep[] = [];
  for (let step = start; step !== undefined; step = next.get(step.id.toLowerCase())) chain.push(step);
  return chain.length === steps.length ? chain : undefined;
}
