import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { looksLikeSecretId } from '../contract/ids.ts';
import type { EntraApp } from './ask-entra.ts';
import { readTokenFile, tokenExpiryMs } from './token-file.ts';

/** By what an app proves who it is. Kept in memory only; it goes to the authority and nowhere else. */
export type Login =
  | { kind: 'secret'; secret: string }
  /** `pem` holds the private key and the certificate. */
  | { kind: 'certificate'; pem: string }
  /** The file is read for each token: whoever writes it renews it there. Outside of `folders` nothing is read. */
  | { kind: 'federatedToken'; tokenFile: string; folders: readonly string[] };

/** As long as Microsoft advises: learn.microsoft.com/entra/identity-platform/certificate-credentials. */
const assertionSeconds = 600;
/** For a clock that is ahead of Entra's. */
const backDatedSeconds = 60;

/** The address of a tenant's token endpoint, which assertions are made for. */
export function tokenEndpoint({ authority, tenantId }: Pick<EntraApp, 'authority' | 'tenantId'>): string {
  return `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
}

/** What a token request proves the app by. Throws GraphError when a token file cannot be read. */
export async function proofOf(app: EntraApp): Promise<Record<string, string>> {
  const { login } = app;
  if (login.kind === 'secret') return { client_secret: login.secret };
  return { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await assertionOf(app) };
}

/** A new assertion of the app: signed by its certificate, or the token that another identity provider has written. */
export async function assertionOf(app: EntraApp): Promise<string> {
  const { login } = app;
  if (login.kind === 'federatedToken') return readTokenFile(login);
  if (login.kind !== 'certificate') throw new Error('A client secret signs no assertion');
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const thumbprint = createHash('sha256').update(new X509Certificate(login.pem).raw).digest('base64url');
  return new SignJWT()
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setAudience(tokenEndpoint(app))
    .setIssuer(app.clientId)
    .setSubject(app.clientId)
    .setJti(randomUUID())
    .setIssuedAt(nowSeconds)
    .setNotBefore(nowSeconds - backDatedSeconds)
    .setExpirationTime(nowSeconds + assertionSeconds)
    .sign(createPrivateKey(login.pem));
}

/** The closer cause of a refusal where the login itself tells it; else the code as it was. */
export async function explainRefusal(code: string, login: Login): Promise<string> {
  switch (login.kind) {
    case 'secret':
      return code === 'AADSTS7000215' && looksLikeSecretId(login.secret) ? 'TrawlSecretIdPasted' : code;
    case 'certificate': {
      const isExpired = code === 'AADSTS700027' && Date.parse(new X509Certificate(login.pem).validTo) <= Date.now();
      return isExpired ? 'TrawlCertificateExpired' : code;
    }
    case 'federatedToken': {
      if (code === 'AADSTS700027') return 'TrawlTokenFileForeign';
      const endsMs = code === 'AADSTS700024' ? await tokenExpiryMs(login) : null;
      return endsMs !== null && endsMs <= Date.now() ? 'TrawlTokenFileExpired' : code;
    }
  }
}
