import type { Answer } from '../http/answer.ts';
import type { AppRegistration } from '../data/model.ts';
import type { RedirectUri } from '../data/app-sign-in.ts';
import { descriptionOf, redirectTo, type Ids } from './entra-answer.ts';
import { appNamed, needed, type EntraContext } from './entra-request.ts';
import { formPostPage } from './pages.ts';
import { REFUSALS, refused, type Refusal } from './refusals.ts';

export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** Where and how the outcome of a sign-in goes. */
export interface RedirectTarget {
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  readonly state?: string;
}

export interface AppRedirect {
  readonly app: AppRegistration;
  readonly redirect: RedirectUri;
  readonly isGiven: boolean;
}

/** App and redirect address of a request in the browser. What is wrong with them is shown, since no address can be trusted. */
export function appRedirect(parameters: ReadonlyMap<string, string>, context: EntraContext): AppRedirect {
  const app = appNamed(context.world, needed(parameters, 'client_id'));
  const known = app.redirectUris ?? [];
  if (known.length === 0) throw refused(REFUSALS.noRedirect());
  const given = parameters.get('redirect_uri');
  if (given === undefined && known.length === 1) return { app, redirect: known[0]!, isGiven: false };
  if (given === undefined) throw refused(REFUSALS.missingParameter('redirect_uri'));
  const match = known.find(({ uri }) => isSameRedirect(given, uri));
  if (!match) throw refused(REFUSALS.wrongRedirect(given.slice(0, 512), app.clientId));
  return { app, redirect: { uri: given, platform: match.platform }, isGiven: true };
}

/** learn.microsoft.com/entra/identity-platform/reply-url: compared to the letter, but for the port of localhost. */
export function isSameRedirect(given: string, known: string): boolean {
  if (given === known) return true;
  // A URL's reader drops line breaks and the like, a header does not take them.
  if (!/^[\x21-\x7e]+$/.test(given) || !URL.canParse(given) || !URL.canParse(known)) return false;
  const [a, b] = [new URL(given), new URL(known)];
  const isLoopback = b.protocol === 'http:' && (b.hostname === 'localhost' || b.hostname === '127.0.0.1');
  if (!isLoopback || a.username !== '' || a.password !== '') return false;
  return a.protocol === b.protocol && a.hostname === b.hostname && a.pathname === b.pathname && a.search === b.search && a.hash === '';
}

/** Sends an outcome to where the app waits for it. */
export function deliver(
  target: RedirectTarget,
  outcome: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const fields = { ...outcome, ...(target.state === undefined ? {} : { state: target.state }) };
  if (target.mode === 'form_post') return formPostPage(target.redirectUri, fields, headers);
  const text = new URLSearchParams(fields).toString();
  if (target.mode === 'fragment') return redirectTo(`${target.redirectUri}#${text}`, headers);
  return redirectTo(`${target.redirectUri}${target.redirectUri.includes('?') ? '&' : '?'}${text}`, headers);
}

export function deliverRefusal(target: RedirectTarget, refusal: Refusal, of: { context: EntraContext; ids: Ids }): Answer {
  const { world, names } = of.context;
  return deliver(target, {
    error: refusal.error,
    error_description: descriptionOf(refusal, { ids: of.ids, nowMs: world.clock.nowMs() }),
    error_uri: `${names.origin}/error?code=${refusal.code}`,
  });
}
