/** What Exchange's administrators have set about apps and mailboxes. */
export type MailboxPolicy = AccessPolicy | RoleAssignment;

interface PolicyBase {
  readonly id: string;
  /** Application id of the app that it is about. */
  readonly appId: string;
  /** Mailboxes by id or address, and groups by id, address or name. */
  readonly scope: readonly string[];
  /** From when on Exchange acts by it: its caches are slow. */
  readonly fromMs: number;
  /** Until when Exchange still acts by it after it was removed. */
  readonly untilMs?: number;
}

/** learn.microsoft.com/graph/auth-limit-mailbox-access */
export interface AccessPolicy extends PolicyBase {
  readonly kind: 'access';
  readonly right: 'RestrictAccess' | 'DenyAccess';
}

/** learn.microsoft.com/exchange/permissions-exo/application-rbac; an empty scope is the whole organisation. */
export interface RoleAssignment extends PolicyBase {
  readonly kind: 'role';
  /** For instance `Application Mail.Read`. */
  readonly role: string;
}

/** Journalled when a policy is made, and again with `untilMs` when it is removed. */
export type PolicyChange = { readonly op: 'policy.set'; readonly policy: MailboxPolicy };

export interface PolicyState {
  /** Also those that are not in force yet, or not for long any more. */
  all(): readonly MailboxPolicy[];
  /** What Exchange acts by now. */
  inForce(appId: string, nowMs: number): readonly MailboxPolicy[];
  apply(change: PolicyChange): void;
}

const NONE: readonly MailboxPolicy[] = [];

export function createPolicyState(base: readonly MailboxPolicy[] = []): PolicyState {
  const policies = new Map(base.map((policy) => [policy.id, policy]));
  return {
    all: () => [...policies.values()],
    inForce: (appId, nowMs) => {
      if (policies.size === 0) return NONE;
      const isNow = (policy: MailboxPolicy) => policy.fromMs <= nowMs && (policy.untilMs === undefined || nowMs < policy.untilMs);
      return [...policies.values()].filter((policy) => policy.appId === appId && isNow(policy));
    },
    apply: ({ policy }) => void policies.set(policy.id, policy),
  };
}
