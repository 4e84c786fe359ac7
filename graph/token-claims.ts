/** What a token of an app says of itself. */
export interface TokenClaims {
  /** Application permissions that somebody has consented to; none when nobody has. */
  roles: string[];
  tenantId: string | null;
  appName: string | null;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * Reads a token of our own without verifying it. Microsoft promises nothing of the inside of tokens for Graph, so that what
 * cannot be read counts as not told: this is for a report alone, never for a decision of the crawl
 * (learn.microsoft.com/entra/identity-platform/access-tokens).
 */
export function readTokenClaims(token: string): TokenClaims {
  const { roles, tid, app_displayname: appName } = claimsOf(token);
  return {
    roles: Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [],
    tenantId: textOrNull(tid),
    appName: textOrNull(appName),
  };
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
