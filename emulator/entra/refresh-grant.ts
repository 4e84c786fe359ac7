import { checkPlatform } from './authorization-code.ts';
import type { Client } from './client-authentication.ts';
import { needed, type EntraContext } from './entra-request.ts';
import { personOf } from './people.ts';
import type { RefreshToken, SignIn } from './person-tokens.ts';
import { REFUSALS, refused } from './refusals.ts';
import { missingConsent, scopesAgain } from './scopes.ts';
import { unseal } from './seal.ts';

/** learn.microsoft.com/entra/identity-platform/refresh-tokens: 90 days, 24 hours for single-page apps. */
const DAY_MS = 86_400_000;
const LIFETIME_DAYS = { web: 90, public: 90, spa: 1 } as const;

/** The sign-in that a refresh token stands for; an old one stays good when a new one is issued. */
export function refreshedSignIn(client: Client, parameters: ReadonlyMap<string, string>, context: EntraContext): SignIn {
  const { world, key } = context;
  const token = unseal<RefreshToken>('refresh', needed(parameters, 'refresh_token'), key.sealKey);
  if (!token) throw refused(REFUSALS.malformedGrant());
  if (token.clientId !== client.app.clientId) throw refused(REFUSALS.othersGrant());
  if (token.issuedMs + LIFETIME_DAYS[token.platform] * DAY_MS <= world.clock.nowMs()) {
    const issued = new Date(token.issuedMs).toISOString();
    throw refused(token.platform === 'spa' ? REFUSALS.expiredSpaRefresh(issued) : REFUSALS.expiredRefresh(issued));
  }
  checkPlatform(token.platform, client, context);
  const user = personOf(world, token.userId);
  const first = `${token.signIn.join(' ')} ${token.scope}`;
  const scopes = scopesAgain(first, { app: client.app, parameters, context, version: token.version });
  if (missingConsent(world, { app: client.app, userId: user.id, scopes }).length > 0) throw refused(REFUSALS.notConsented(client.app));
  const { version, platform, authTimeSeconds, sid } = token;
  const kept = platform === 'spa' ? { refreshIssuedMs: token.issuedMs } : {};
  return { app: client.app, user, scopes, version, platform, proof: client.proof, authTimeSeconds, sid, ...kept };
}
