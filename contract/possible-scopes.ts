import { capabilityRows, type Capability } from './capabilities.ts';
import type { CapabilityState, CapabilityVerdict } from './credential-test.ts';
import { scopeKinds, type ScopeKind } from './source.ts';

export interface PossibleScope {
  scope: ScopeKind;
  /** As the weakest of what it needs. */
  state: CapabilityState;
  /** What it needs and does not have, or does not surely have. */
  missing: Capability[];
}

const worstFirst: readonly CapabilityState[] = ['refused', 'cannotTell', 'partly', 'works'];

/** What was granted and could not be tried, for want of a mail for instance, does not stand in the way. */
function standing({ state, granted, code }: CapabilityVerdict): CapabilityState {
  return state === 'cannotTell' && granted !== null && code === 'TrawlNothingToTry' ? 'works' : state;
}

/** Which scopes a source of Exchange may have with this credential: it follows from what was found of each capability. */
export function possibleScopes(verdicts: readonly CapabilityVerdict[]): PossibleScope[] {
  return scopeKinds.map((scope) => {
    const needed = capabilityRows.filter(({ scopes }) => scopes.includes(scope)).map(({ capability }) => capability);
    const found = verdicts.filter(({ capability }) => needed.includes(capability));
    const state = worstFirst.find((word) => found.some((verdict) => standing(verdict) === word)) ?? 'cannotTell';
    const missing = found.filter((verdict) => ['refused', 'cannotTell'].includes(standing(verdict))).map(({ capability }) => capability);
    return { scope, state, missing };
  });
}
