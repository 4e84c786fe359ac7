import { createHash } from 'node:crypto';
import type { RedirectPlatform } from '../data/app-sign-in.ts';
import { isSameText, type Client } from './client-authentication.ts';
import type { Version } from './discovery.ts';
import { needed, type EntraContext } from './entra-request.ts';
import type { SignIn } from './person-tokens.ts';
import { REFUSALS, refused } from './refusals.ts';
import { missingConsent, scopesAgain } from './scopes.ts';
import { unseal } from './seal.ts';
import { personOf } from './people.ts';

export interface AuthorizationCode {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly redirectUri: string;
  /** The request may leave it out when the app has one alone; redeeming it then needs none either. */
  readonly redirectGiven: boolean;
  readonly scope: string;
  readonly version: Version;
  readonly platform: RedirectPlatform;
  readonly nonce?: string;
  readonly challenge?: string;
  readonly challengeMethod?: 'plain' | 'S256';
  readonly authTimeSeconds: number;
  readonly sid: string;
  readonly expiresMs: number;
}

/** learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow: codes live about ten minutes. */
export const CODE_LIFETIME_MS = 600_000;

/** Codes that are being redeemed at this moment: of two requests at once one gets the tokens. */
const inFlight = new Set<string>();

/** The sign-in that a code stands for. The code is used up by it, even when the answer gets lost. */
export async function redeemCode(client: Client, parameters: ReadonlyMap<string, string>, context: EntraContext): Promise<SignIn> {
  const { world, key } = context;
  const code = unseal<AuthorizationCode>('code', needed(parameters, 'code'), key.sealKey);
  if (!code) throw refused(REFUSALS.malformedGrant());
  if (code.clientId !== client.app.clientId) throw refused(REFUSALS.othersGrant());
  if (code.expiresMs <= world.clock.nowMs()) throw refused(REFUSALS.expiredCode());
  checkRedirect(code, parameters);
  checkPlatform(code.platform, client, context);
  checkVerifier(code, parameters.get('code_verifier'));
  const user = personOf(world, code.userId);
  const scopes = scopesAgain(code.scope, { app: client.app, parameters, context, version: code.version });
  if (missingConsent(world, { app: client.app, userId: user.id, scopes }).length > 0) throw refused(REFUSALS.notConsented(client.app));
  if (inFlight.has(code.id) || world.entra.isCodeUsed(code.id)) throw refused(REFUSALS.usedCode());
  inFlight.add(code.id);
  try {
    await world.commit([{ op: 'entra.codeUsed', id: code.id, expiresMs: code.expiresMs }]);
  } finally {
    inFlight.delete(code.id);
  }
  const { version, platform, nonce, authTimeSeconds, sid } = code;
  const of = { app: client.app, user, scopes, version, platform, proof: client.proof, authTimeSeconds, sid };
  return nonce === undefined ? of : { ...of, nonce };
}

function checkRedirect(code: AuthorizationCode, parameters: ReadonlyMap<string, string>): void {
  const given = parameters.get('redirect_uri');
  if (given === undefined && code.redirectGiven) throw refused(REFUSALS.missingParameter('redirect_uri'));
  if (given !== undefined && given !== code.redirectUri) throw refused(REFUSALS.otherRedirect(given.slice(0, 512), code.redirectUri));
}

/** What may be redeemed how: by the platform under which the redirect address is registered. */
export function checkPlatform(platform: RedirectPlatform, client: Client, { request }: EntraContext): void {
  const origin = request.header('origin');
  if (platform !== 'spa' && origin !== undefined) throw refused(REFUSALS.notSpa(origin.slice(0, 256)));
  if (platform === 'spa' && origin === undefined) throw refused(REFUSALS.onlySpa());
  if (platform === 'web' && client.proof === 'none') throw refused(REFUSALS.noSecret());
  if (platform !== 'web' && client.proof !== 'none') throw refused(REFUSALS.credentialOfPublicClient());
}

const VERIFIER = /^[\w.~-]{43,128}$/;

function checkVerifier({ challenge, challengeMethod }: AuthorizationCode, verifier: string | undefined): void {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined) throw refused(REFUSALS.wrongVerifier());
  if (verifier === undefined) throw refused(REFUSALS.missingParameter('code_verifier'));
  if (!VERIFIER.test(verifier)) throw refused(REFUSALS.verifierSize());
  const computed = challengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (!isSameText(computed, challenge)) throw refused(REFUSALS.wrongVerifier());
}
