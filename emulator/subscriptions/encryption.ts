import { constants, createCipheriv, createHmac, publicEncrypt, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { SigningKey } from '../entra/keys.ts';
import { problem } from '../http/problem.ts';

/** Microsoft Graph Change Tracking, the service that sends notices: learn.microsoft.com/graph/change-notifications-with-resource-data. */
export const CHANGE_TRACKING_APP_ID = '0bf30f3b-4a52-48df-9a82-234910c4a086';

/** Base64 of a certificate, DER or PEM, with an RSA key of 2,048 to 4,096 bits. Throws Graph's 400. */
export function parseCertificate(text: string): X509Certificate {
  const fail = (reason: string) => problem(400, 'InvalidRequest', `Certificate validation error: ${reason}`);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw fail('Cannot load the X.509 certificate from encryptionCertificate.');
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (asymmetricKeyType !== 'rsa' || bits < 2_048 || bits > 4_096) throw fail('The key must be RSA with 2048 to 4096 bits.');
  return certificate;
}

/** A key of its own for each notice: RSA-OAEP around it, AES-256-CBC with it (its first half is the vector), HMAC-SHA256 over the result. */
export function encrypted(resource: object, by: { readonly certificate: string; readonly certificateId: string }): object {
  const certificate = parseCertificate(by.certificate);
  const key = randomBytes(32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  const data = Buffer.concat([cipher.update(JSON.stringify(resource), 'utf8'), cipher.final()]);
  const dataKey = publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, key);
  return {
    data: data.toString('base64'),
    dataSignature: createHmac('sha256', key).update(data).digest('base64'),
    dataKey: dataKey.toString('base64'),
    encryptionCertificateId: by.certificateId,
    encryptionCertificateThumbprint: certificate.fingerprint.replaceAll(':', ''),
  };
}

/** Proves that notices come from Graph: audience is the subscriber's app, the caller Graph's change tracking. */
export function validationToken(
  key: SigningKey,
  of: { readonly tenantId: string; readonly audience: string; readonly nowMs: number },
): string {
  const now = Math.floor(of.nowMs / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    ...{ aud: of.audience, iss: `https://sts.windows.net/${of.tenantId}/`, iat: now, nbf: now, exp: now + 3_600 },
    ...{
      appid: CHANGE_TRACKING_APP_ID,
      azp: CHANGE_TRACKING_APP_ID,
      appidacr: '2',
      idtyp: 'app',
      oid: CHANGE_TRACKING_APP_ID,
      sub: CHANGE_TRACKING_APP_ID,
    },
    ...{ tid: of.tenantId, ver: '1.0' },
  };
  const head = `${part({ typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid })}.${part(claims)}`;
  return `${head}.${sign('RSA-SHA256', Buffer.from(head), key.privateKey).toString('base64url')}`;
}
