import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Role } from '../contract/api-key.ts';
import { roles } from '../contract/api-key.ts';
import { isUuid } from '../contract/ids.ts';
import { ProblemError } from './problem.ts';
import type { SignInSettings } from './sign-in-settings.ts';

/** Somebody as a token of Entra says. */
export interface TokenHolder {
  /** Object id in Entra. */
  userId: string;
  roles: Role[];
  /** Null when the token had no room for them. */
  groupIds: string[] | null;
}

export type TokenVerifier = (token: string) => Promise<TokenHolder>;

const clockSkewSeconds = 60;
const keysTimeoutMs = 5000;

const refused = (detail: string) => new ProblemError('unauthenticated', detail);
const askAgain = 'Sign in again and ask for a token with a scope of this API (docs/access.md).';

/** Said of whatever is not proven to come from Entra: which part of it is wrong is nobody's business. */
const unproven = () => refused(`The token cannot be verified. ${askAgain}`);

const failedToFetch = (error: unknown): boolean =>
  !(
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );

/** Entra's public keys, fetched from the configured authority alone: what a token's header says of keys but the kid is not read. */
function signingKeys({ authority, tenantId }: SignInSettings): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(`${authority}/${tenantId}/discovery/v2.0/keys`), { timeoutDuration: keysTimeoutMs });
  return async (header, token) => {
    if (typeof header.kid !== 'string') throw unproven();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!failedToFetch(error)) throw unproven();
      const problem = new ProblemError(
        'sign-in-unavailable',
        'The signing keys of Entra cannot be fetched, so that no token can be checked. Repeat the request; when this lasts, check TRAWL_OIDC_AUTHORITY and that the API reaches it. API keys are taken all the same.',
      );
      problem.cause = error;
      throw problem;
    }
  };
}

/** What is wrong with a token that Entra has signed. */
function whyRefused(claims: JWTPayload, settings: SignInSettings): ProblemError {
  if (claims.aud !== settings.clientId)
    return refused(`The token was issued for another application, such as Microsoft Graph. ${askAgain}`);
  if (claims['ver'] !== '2.0') {
    return refused(
      'The token is of version 1.0. Set requestedAccessTokenVersion to 2 in the manifest of the app registration of this API, then sign in again.',
    );
  }
  return refused(`The token was issued by another tenant or another cloud. ${askAgain}`);
}

function toProblem(error: unknown, settings: SignInSettings): unknown {
  if (error instanceof ProblemError) return error;
  if (error instanceof errors.JWTExpired) return refused('The token has expired. Sign in again.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return refused('The token is not valid yet. Check the clocks of the API and of who signed in.');
    return error.claim === 'iss' || error.claim === 'aud' ? whyRefused(error.payload, settings) : unproven();
  }
  return error instanceof errors.JOSEError ? unproven() : error;
}

const texts = (claim: unknown): string[] => (Array.isArray(claim) ? claim.filter((entry) => typeof entry === 'string') : []);

/** Too many groups are told by a link, which is not followed: whoever made it, Graph is asked where the settings say. */
function groupsOf(claims: JWTPayload): string[] | null {
  const elsewhere = claims['_claim_names'];
  const isOverage = typeof elsewhere === 'object' && elsewhere !== null && 'groups' in elsewhere;
  if (isOverage || claims['hasgroups'] === true || claims['hasgroups'] === 'true') return null;
  return texts(claims['groups']).map((id) => id.toLowerCase());
}

function holderOf(claims: JWTPayload, settings: SignInSettings): TokenHolder {
  const { aud, oid, scp, tid, ver } = claims;
  // Entra names one audience; a list that has this API among others is nothing that it would issue.
  if (aud !== settings.clientId || tid !== settings.tenantId || ver !== '2.0') throw whyRefused(claims, settings);
  // An ID token has the same audience and no scope; an app's own token has roles that no person has.
  if (typeof scp !== 'string' || scp.trim() === '' || claims['idtyp'] === 'app')
    throw refused(`The token is not an access token of a person. ${askAgain} Programs use an API key.`);
  if (typeof oid !== 'string' || !isUuid(oid)) throw unproven();
  const given = new Set(texts(claims['roles']));
  return { userId: oid.toLowerCase(), roles: roles.filter((role) => given.has(settings.roles[role])), groupIds: groupsOf(claims) };
}

/**
 * Checks access tokens as learn.microsoft.com/entra/identity-platform/access-tokens (validating tokens) wants it: signature
 * by a key of the tenant, RS256 alone, issuer, audience, tenant, version 2.0, times. Throws ProblemError `unauthenticated`,
 * or `sign-in-unavailable` when Entra's keys cannot be fetched.
 */
export function createTokenVerifier(settings: SignInSettings): TokenVerifier {
  const keys = signingKeys(settings);
  const options = {
    algorithms: ['RS256'],
    issuer: `${settings.authority}/${settings.tenantId}/v2.0`,
    audience: settings.clientId,
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp', 'nbf', 'iat', 'tid', 'oid', 'ver'],
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return holderOf(payload, settings);
    } catch (error) {
      throw toProblem(error, settings);
    }
  };
}
