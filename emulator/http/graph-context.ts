import type { MailboxState } from '../data/mailbox-state.ts';
import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import type { Quirk } from '../faults/rules.ts';
import type { Answer } from './answer.ts';
import type { GraphRequest } from './request.ts';
import type { Route } from './router.ts';

/** Everything a handler may use. */
export interface GraphContext {
  readonly world: World;
  readonly request: GraphRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly roles: ReadonlySet<string>;
  /** Plays the oddity now, if a rule asks for it on this request. */
  plays(quirk: Quirk): boolean;
  asks(quirk: Quirk): boolean;
}

/** The context of a request to somebody's mailbox, already found. */
export interface MailboxContext extends GraphContext {
  readonly user: User;
  readonly mailbox: MailboxState;
}

/** Directory requests draw on the tenant's resource units, mailbox requests on the mailbox's limits. */
export type GraphHandler =
  | {
      readonly layer: 'directory';
      readonly kind: string;
      readonly roles: readonly string[];
      handle(context: GraphContext): Answer | Promise<Answer>;
    }
  | {
      readonly layer: 'mailbox';
      readonly kind: string;
      readonly roles: readonly string[];
      handle(context: MailboxContext): Answer | Promise<Answer>;
    };

export type GraphRoute = Route<GraphHandler>;

/** A GET route of the directory. */
export function directoryRoute(
  template: string,
  of: { kind: string; roles: readonly string[]; handle(context: GraphContext): Answer | Promise<Answer> },
): GraphRoute {
  return { method: 'GET', template, handler: { layer: 'directory', ...of } };
}

/** A GET route below /users/{user-id} that reads a mailbox. */
export function mailboxRoute(
  template: string,
  of: { kind: string; roles: readonly string[]; handle(context: MailboxContext): Answer | Promise<Answer> },
): GraphRoute {
  return { method: 'GET', template, handler: { layer: 'mailbox', ...of } };
}
