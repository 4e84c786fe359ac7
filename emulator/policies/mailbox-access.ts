import type { MailboxState } from '../data/mailbox-state.ts';
import type { User } from '../data/model.ts';
import type { MailboxPolicy } from '../data/policy-state.ts';
import type { World } from '../data/world.ts';
import type { Caller } from '../entra/access.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { permissionsOfRole } from './application-roles.ts';
import { isInScope } from './scope.ts';

export interface Asking {
  readonly world: World;
  readonly caller: Caller;
  /** What the token grants. */
  readonly roles: ReadonlySet<string>;
}

export interface AskedMailbox {
  /** Undefined when nobody is named so. */
  readonly user: User | undefined;
  /** Do these permissions allow what is asked? */
  isEnough(roles: ReadonlySet<string>): boolean;
}

/**
 * The permissions that a caller has at a mailbox. Entra's grants count unless an access policy shuts them out of it, and
 * Exchange's role assignments add to them. Throws 403 when that does not do.
 */
export function rolesAtMailbox({ world, caller, roles }: Asking, asked: AskedMailbox): ReadonlySet<string> {
  // Without sharing of folders a delegated permission ends at the own mailbox: learn.microsoft.com/graph/permissions-reference, Mail.Read.
  if (caller.userId !== undefined && asked.user && asked.user.id !== caller.userId) throw PROBLEMS.mailDenied();
  // Policies are about apps that act as themselves.
  const policies = caller.userId === undefined && asked.user ? world.policies.inForce(caller.appId, world.clock.nowMs()) : [];
  if (policies.length === 0 || !asked.user) {
    if (!asked.isEnough(roles)) throw PROBLEMS.mailDenied();
    return roles;
  }
  const { isShutOut, granted } = decide(world, policies, asked.user);
  const kept = isShutOut ? [...roles].filter((role) => !SHUT_OUT.test(role)) : roles;
  const allowed = new Set([...kept, ...granted]);
  if (asked.isEnough(allowed)) return allowed;
  if (isShutOut && asked.isEnough(roles)) throw problem(403, 'ErrorAccessDenied', 'Access to OData is disabled.');
  throw PROBLEMS.mailDenied();
}

/** Throws what Exchange answers where a user has no mailbox that can be read. */
export function mailboxInUse(world: World, user: User): MailboxState {
  const mailbox = world.mailbox(user);
  if (!mailbox) throw user.class === 'guest' ? problem(404, 'ResourceNotFound', 'Resource could not be discovered.') : PROBLEMS.noMailbox();
  if (mailbox.settings.neverStarted) throw PROBLEMS.unusedMailbox();
  return mailbox;
}

/** What an access policy is about: learn.microsoft.com/graph/auth-limit-mailbox-access. */
const SHUT_OUT = /^(Mail|MailboxSettings|Calendars|Contacts)\./;

/** What an app's policies say of one mailbox. */
export function decide(world: World, policies: readonly MailboxPolicy[], user: User): { isShutOut: boolean; granted: readonly string[] } {
  const covers = (policy: MailboxPolicy) => isInScope(world, policy.scope, user);
  const access = policies.filter((policy) => policy.kind === 'access');
  const restricting = access.filter(({ right }) => right === 'RestrictAccess');
  const isDenied = access.some((policy) => policy.right === 'DenyAccess' && covers(policy));
  const isLeftOut = restricting.length > 0 && !restricting.some(covers);
  const granted = policies.flatMap((policy) =>
    policy.kind === 'role' && (policy.scope.length === 0 || covers(policy)) ? permissionsOfRole(policy.role) : [],
  );
  return { isShutOut: isDenied || isLeftOut, granted };
}
