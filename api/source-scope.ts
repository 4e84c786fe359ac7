import type { Narrowing, Scope } from '../contract/source.ts';
import { bodyFault, type FieldFault } from './problem.ts';
import type { NarrowingBody, ScopeBody } from './schemas/scope.ts';

const targets = ['domain', 'group', 'user'] as const;

/** Faults that a schema cannot say: a target that is missing, or one that does not go with the kind. */
export function scopeFaults(scope: ScopeBody | undefined): FieldFault[] {
  if (scope === undefined) return [];
  return targets.flatMap((target) => {
    if (scope.kind === target && scope[target] === undefined) {
      return [bodyFault(`/scope/${target}`, { reason: `is missing, and scope ${target} needs it`, remedy: `Give scope.${target}.` })];
    }
    if (scope.kind === target || scope[target] === undefined) return [];
    return [bodyFault(`/scope/${target}`, { reason: `does not go with scope ${scope.kind}`, remedy: 'Leave it out.' })];
  });
}

/** The scope as it is kept: domains and addresses in small letters, since neither Entra nor Exchange tells them apart by case. */
export function toScope(body: ScopeBody): Scope {
  const target = (name: (typeof targets)[number]) => (body[name] ?? '').toLowerCase();
  switch (body.kind) {
    case 'everything':
      return { kind: 'everything' };
    case 'domain':
      return { kind: 'domain', domain: target('domain') };
    case 'group':
      return { kind: 'group', group: target('group') };
    case 'user':
      return { kind: 'user', user: target('user') };
  }
}

/** The narrowing with the lists that are given in place of those that were; each address once. */
export function mergeNarrowing(before: Narrowing, given: NarrowingBody = {}): Narrowing {
  const merged = (part: 'include' | 'exclude') => ({
    addresses: tidy(given[part]?.addresses) ?? before[part].addresses,
    groups: tidy(given[part]?.groups) ?? before[part].groups,
  });
  return { include: merged('include'), exclude: merged('exclude') };
}

function tidy(addresses: string[] | undefined): string[] | undefined {
  return addresses && [...new Set(addresses.map((address) => address.toLowerCase()))];
}

/** Whose mailboxes a source reads, in a few words. */
export function describeScope(scope: Scope, narrowing: Narrowing): string {
  const lists = [narrowing.include, narrowing.exclude].flatMap(({ addresses, groups }) => [addresses, groups]);
  const narrowed = lists.some((list) => list.length > 0) ? ', narrowed by lists' : '';
  switch (scope.kind) {
    case 'everything':
      return `everybody${narrowed}`;
    case 'domain':
      return `the domain ${scope.domain}${narrowed}`;
    case 'group':
      return `the group ${scope.group}${narrowed}`;
    case 'user':
      return `${scope.user}${narrowed}`;
  }
}
