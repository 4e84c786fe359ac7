import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import type { AppRegistration } from '../data/model.ts';
import { CLOUDS } from './cloud.ts';
import type { EntraContext } from './entra-request.ts';
import { issuerKey } from './issuer-keys.ts';
import { REFUSALS, refused } from './refusals.ts';

/** A clock may be ahead by this much; the end of an assertion is kept to the second. */
const SKEW_SECONDS = 300;
const CERTIFICATE_ALGORITHMS = ['PS256', 'RS256'];

/**
 * Checks a signed assertion: of the app itself by one of its registered certificates
 * (learn.microsoft.com/entra/identity-platform/certificate-credentials), or of another identity provider that a federated
 * credential names (learn.microsoft.com/entra/workload-id/workload-identity-federation). Throws Entra's refusal.
 */
export async function checkAssertion(assertion: string, app: AppRegistration, context: EntraContext): Promise<'certificate' | 'federated'> {
  const { header, claims } = decoded(assertion);
  if (sameId(claims.iss, app.clientId) || (app.federatedCredentials ?? []).length === 0) {
    await checkCertificate({ assertion, header, claims }, app, context);
    return 'certificate';
  }
  await checkFederated({ assertion, header, claims }, app, context);
  return 'federated';
}

interface Assertion {
  readonly assertion: string;
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload;
}

function decoded(assertion: string): Omit<Assertion, 'assertion'> {
  try {
    const header = decodeProtectedHeader(assertion);
    const claims = decodeJwt(assertion);
    if (assertion.split('.').length !== 3) throw new Error('three parts are expected');
    return { header, claims };
  } catch {
    throw refused(REFUSALS.malformedAssertion('The assertion is not a JWT in compact serialization.'));
  }
}

async function checkCertificate(given: Assertion, app: AppRegistration, context: EntraContext): Promise<void> {
  const { header, claims, assertion } = given;
  if (!sameId(claims.iss, app.clientId) || !sameId(claims.sub, app.clientId)) throw refused(REFUSALS.assertionOfOthers());
  const certificate = certificateOf(app, header);
  const thumbprint = thumbprintOf(header);
  if (!certificate)
    throw refused(REFUSALS.badAssertion(`The key was not found., Thumbprint of key used by client: '${thumbprint}'`, app.clientId));
  if (Date.parse(certificate.validTo) <= context.world.clock.nowMs())
    throw refused(REFUSALS.badAssertion(`The key used is expired., Thumbprint of key used by client: '${thumbprint}'`, app.clientId));
  await verified(assertion, certificate.publicKey, { algorithms: CERTIFICATE_ALGORITHMS, app });
  if (!audiencesOf(claims).some((audience) => isTokenEndpoint(audience, context))) throw refused(REFUSALS.assertionForOthers());
  checkTimes(claims, context.world.clock.nowMs());
}

async function checkFederated(given: Assertion, app: AppRegistration, context: EntraContext): Promise<void> {
  const { header, claims, assertion } = given;
  const audiences = audiencesOf(claims);
  const byIssuer = (app.federatedCredentials ?? []).filter(({ issuer }) => issuer === claims.iss);
  if (byIssuer.length === 0) throw refused(REFUSALS.noFederation('issuer', shown(claims.iss)));
  const byAudience = byIssuer.filter(({ audience }) => audiences.includes(audience));
  if (byAudience.length === 0) throw refused(REFUSALS.noFederation('audience', shown(audiences[0])));
  const credential = byAudience.find(({ subject }) => subject === claims.sub);
  if (!credential) throw refused(REFUSALS.noFederation('subject', shown(claims.sub)));
  const key = await issuerKey(credential, header);
  if (!key) throw refused(REFUSALS.badAssertion(`The key was not found., Key id used by client: '${shown(header.kid)}'`, app.clientId));
  await verified(assertion, key, { algorithms: ['RS256'], app });
  checkTimes(claims, context.world.clock.nowMs());
}

async function verified(
  assertion: string,
  key: Parameters<typeof compactVerify>[1],
  of: { algorithms: string[]; app: AppRegistration },
): Promise<void> {
  try {
    await compactVerify(assertion, key, { algorithms: of.algorithms });
  } catch {
    throw refused(REFUSALS.badAssertion('The key was found, but use of the key to verify the signature failed.', of.app.clientId));
  }
}

/** A jti may be left out and may come again: no page of Microsoft's forbids it, and MSAL sends one assertion for as long as it lives. */
function checkTimes(claims: JWTPayload, nowMs: number): void {
  const { exp, nbf = 0, jti } = claims;
  const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < 8.64e12;
  if (!isTime(exp) || !isTime(nbf)) throw refused(REFUSALS.malformedAssertion("The claims 'exp' and 'nbf' must be times."));
  if (jti !== undefined && typeof jti !== 'string') throw refused(REFUSALS.malformedAssertion("The claim 'jti' must be a text."));
  const nowSeconds = nowMs / 1_000;
  if (exp > nowSeconds && nbf <= nowSeconds + SKEW_SECONDS) return;
  const text = (seconds: number) => new Date(seconds * 1_000).toISOString();
  throw refused(REFUSALS.untimelyAssertion({ now: text(nowSeconds), from: text(nbf), to: text(exp) }));
}

/** The token endpoint's address in either version, or the v2.0 issuer, by the tenant's id or one of its domains. */
function isTokenEndpoint(audience: string, { world, names }: EntraContext): boolean {
  if (!URL.canParse(audience)) return false;
  const { protocol, host, pathname } = new URL(audience);
  const hosts = [new URL(names.origin).host, ...CLOUDS.flatMap(({ loginHosts }) => loginHosts)];
  const [tenant = '', ...rest] = pathname.slice(1).split('/');
  const isTenant = [world.tenant.id, 'common', 'organizations', ...world.tenant.domains].includes(tenant.toLowerCase());
  const isEndpoint = ['oauth2/v2.0/token', 'oauth2/token', 'v2.0', 'v2.0/', ''].includes(rest.join('/'));
  return protocol === 'https:' && hosts.includes(host) && isTenant && isEndpoint;
}

function certificateOf(app: AppRegistration, header: ProtectedHeaderParameters): X509Certificate | undefined {
  const certificates = (app.certificates ?? []).map((pem) => new X509Certificate(pem));
  const sha256 = header['x5t#S256'];
  const sha1 = header.x5t;
  if (typeof sha256 === 'string') return certificates.find(({ raw }) => digest('sha256', raw).equals(Buffer.from(sha256, 'base64url')));
  if (typeof sha1 === 'string') return certificates.find(({ raw }) => digest('sha1', raw).equals(Buffer.from(sha1, 'base64url')));
  // Older libraries send the thumbprint as kid, in hexadecimal digits.
  const kid = String(header.kid ?? '').toUpperCase();
  return certificates.find(({ raw }) => digest('sha1', raw).toString('hex').toUpperCase() === kid);
}

function thumbprintOf(header: ProtectedHeaderParameters): string {
  const given = header['x5t#S256'] ?? header.x5t;
  return typeof given === 'string' ? Buffer.from(given, 'base64url').toString('hex').toUpperCase().slice(0, 64) : shown(header.kid);
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function audiencesOf({ aud }: JWTPayload): readonly string[] {
  return (Array.isArray(aud) ? aud : [aud]).filter((audience): audience is string => typeof audience === 'string');
}

function sameId(claim: unknown, clientId: string): boolean {
  return typeof claim === 'string' && claim.toLowerCase() === clientId;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 256) : '';
}
