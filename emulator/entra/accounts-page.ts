import type { Answer } from '../http/answer.ts';
import type { AppRegistration, User } from '../data/model.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import type { AdminConsentRequest } from './admin-consent.ts';
import type { EntraContext } from './entra-request.ts';
import { signInPage } from './pages.ts';
import { isAccountEnabled } from '../data/directory-model.ts';
import { seal } from './seal.ts';

const MOST_LISTED = 50;
const PAGE_LIFETIME_MS = 3_600_000;

export function loginPath({ world }: EntraContext): string {
  return `/${world.tenant.id}/login`;
}

/** What a page carries from step to step, so that the emulator keeps nothing for it. */
export function sealedRequest(request: object, { world, key }: EntraContext): string {
  return seal('request', { ...request, expiresMs: world.clock.nowMs() + PAGE_LIFETIME_MS }, key.sealKey);
}

/** The page that asks who signs in, with the person first whom the app hints at. */
export function accountsPage(
  request: AuthorizeRequest | AdminConsentRequest,
  of: { app: AppRegistration; context: EntraContext; find: string },
): Answer {
  const { world } = of.context;
  const hint: Partial<AuthorizeRequest> = request.kind === 'authorize' ? request : {};
  const hinted = hint.loginHint === undefined ? undefined : world.findUser(hint.loginHint);
  const domain = world.tenant.domains.find((known) => known.toLowerCase() === hint.domainHint?.toLowerCase());
  const first = of.find === '' && hinted && isAccountEnabled(hinted) ? [hinted] : [];
  const found = matching(world.users(), { find: of.find.trim().toLowerCase(), domain, except: first[0]?.id });
  return signInPage({
    ...{ appName: of.app.name, tenantName: world.tenant.name, action: loginPath(of.context), find: of.find },
    request: sealedRequest(request, of.context),
    ...{ users: [...first, ...found.slice(0, MOST_LISTED)], hasMore: found.length > MOST_LISTED },
  });
}

function matching(users: readonly User[], by: { find: string; domain: string | undefined; except: string | undefined }): User[] {
  const found: User[] = [];
  for (const user of users) {
    if (found.length > MOST_LISTED) break;
    const names = `${user.displayName}\n${user.upn}\n${user.mail ?? ''}`.toLowerCase();
    const isInDomain = by.domain === undefined || user.upn.toLowerCase().endsWith(`@${by.domain.toLowerCase()}`);
    if (isAccountEnabled(user) && isInDomain && names.includes(by.find) && user.id !== by.except) found.push(user);
  }
  return found;
}
