import type { Caller } from '../entra/access.ts';
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
  readonly caller: Caller;
  /** The caller's permissions in force, by the names of application permissions. */
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

/**
 * Who answers for a request decides what it draws on and how a missing permission is refused: the directory (resource
 * units; Authorization_RequestDenied), a mailbox (Outlook's limits; ErrorAccessDenied), or another service (accessDenied).
 */
export type GraphHandler = HandlerOf<'directory' | 'service', GraphContext> | HandlerOf<'mailbox', MailboxContext>;

interface HandlerOf<Layer extends string, Context> extends RouteOptions<Context> {
  readonly layer: Layer;
}

export interface RouteOptions<Context> {
  /** What the request is counted as, for instance users.list. */
  readonly kind: string;
  /** What it is counted as where its query makes it another thing. */
  kindOf?(request: GraphRequest): string | undefined;
  /** One of these permissions is needed; an empty list asks for a valid token only. */
  readonly roles: readonly string[];
  /** GET when it is not given. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  handle(context: Context): Answer | Promise<Answer>;
}

export type GraphRoute = Route<GraphHandler>;

export function directoryRoute(template: string, options: RouteOptions<GraphContext>): GraphRoute {
  return { method: options.method ?? 'GET', template, handler: { layer: 'directory', ...options } };
}

/** A route below /users/{user-id} that needs a mailbox. */
export function mailboxRoute(template: string, options: RouteOptions<MailboxContext>): GraphRoute {
  return { method: options.method ?? 'GET', template, handler: { layer: 'mailbox', ...options } };
}

/** A route of neither directory nor mailbox: subscriptions, drives, sites. */
export function serviceRoute(template: string, options: RouteOptions<GraphContext>): GraphRoute {
  return { method: options.method ?? 'GET', template, handler: { layer: 'service', ...options } };
}
