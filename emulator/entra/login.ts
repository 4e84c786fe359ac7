import type { Answer } from '../http/answer.ts';
import { accountsPage } from './accounts-page.ts';
import { adminAccepted, askAdmin, type AdminConsentRequest } from './admin-consent.ts';
import { accepted, signedIn, type SessionPart } from './authorize.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import type { Ids } from './entra-answer.ts';
import { appNamed, needed, parametersOf, tenantName, type EntraContext } from './entra-request.ts';
import { personOf } from './people.ts';
import { isRefused, REFUSALS, refused } from './refusals.ts';
import { deliverRefusal } from './redirect-target.ts';
import { unseal } from './seal.ts';

type Step = (AuthorizeRequest | AdminConsentRequest) & { readonly expiresMs: number; readonly consentOf?: SessionPart };

/** POST /{tenant}/login: what a person chose on one of the pages. */
export async function loginEndpoint(context: EntraContext, of: { tenant: string; ids: Ids }): Promise<Answer> {
  const { request, world, key } = context;
  if (request.method !== 'POST') throw refused(REFUSALS.postOnly(request.method));
  const form = parametersOf(await request.form());
  tenantName(world, of.tenant);
  const step = unseal<Step>('request', needed(form, 'request'), key.sealKey);
  if (!step || step.expiresMs <= world.clock.nowMs()) throw refused(REFUSALS.oldPage());
  const app = appNamed(world, step.clientId);
  try {
    if (form.has('cancel')) throw refused(step.kind === 'authorize' ? REFUSALS.declined() : REFUSALS.adminDeclined());
    if (form.has('accept')) return await agreed(step, context);
    const name = form.get('user');
    if (name === undefined) return accountsPage(step, { app, context, find: (form.get('find') ?? '').slice(0, 256) });
    const user = personOf(world, name);
    return step.kind === 'authorize' ? await signedIn(step, user, context) : askAdmin(step, user, context);
  } catch (error) {
    if (!isRefused(error) || error.refusal.error === 'invalid_grant') throw error;
    return deliverRefusal(step.target, error.refusal, { context, ids: of.ids });
  }
}

function agreed(step: Step, context: EntraContext): Promise<Answer> {
  if (step.kind === 'adminConsent') {
    if (step.adminId === undefined) throw refused(REFUSALS.oldPage());
    return adminAccepted(step, context);
  }
  if (step.consentOf === undefined) throw refused(REFUSALS.oldPage());
  return accepted(step, { ...step.consentOf, user: personOf(context.world, step.consentOf.userId) }, context);
}
