import { folderRuleProblem } from '../contract/folder-rule.ts';
import { bodyFault, type FieldFault } from './problem.ts';
import type { PolicyBody } from './schemas/policy.ts';

/** Faults of a policy that a schema cannot say: names of folders that Exchange does not have, which would widen what is read. */
export function policyFaults(policy: PolicyBody | undefined): FieldFault[] {
  return (['include', 'exclude'] as const).flatMap((list) =>
    (policy?.folders?.[list] ?? []).flatMap((pattern, index) => {
      const problem = folderRuleProblem(pattern);
      if (problem === null) return [];
      return [bodyFault(`/policy/folders/${list}/${index}`, { reason: 'names no folder', remedy: `${problem}.` })];
    }),
  );
}
