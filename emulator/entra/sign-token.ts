import { createHash, randomBytes, randomInt } from 'node:crypto';
import { SignJWT } from 'jose';
import type { EntraContext } from './entra-request.ts';
import type { SigningKey } from './keys.ts';

/** Entra dates its tokens back by five minutes, for clocks that are slow. */
const BACK_DATED_SECONDS = 300;

export interface Times {
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly lifetimeSeconds: number;
}

/** learn.microsoft.com/entra/identity-platform/access-tokens: a random lifetime between 60 and 90 minutes, unless control fixed one. */
export function tokenTimes({ world }: Pick<EntraContext, 'world'>): Times {
  const lifetimeSeconds = world.entra.settings().tokenLifetimeSeconds ?? randomInt(3_600, 5_400);
  const nowSeconds = Math.floor(world.clock.nowMs() / 1_000);
  const iat = nowSeconds - BACK_DATED_SECONDS;
  return { iat, nbf: iat, exp: nowSeconds + lifetimeSeconds, lifetimeSeconds };
}

export function signToken(claims: Readonly<Record<string, unknown>>, key: SigningKey): Promise<string> {
  const header = { typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid };
  return new SignJWT({ ...claims, uti: randomBytes(16).toString('base64url') }).setProtectedHeader(header).sign(key.privateKey);
}

/** What a person or app is called by one app alone: learn.microsoft.com/entra/identity-platform/id-token-claims-reference. */
export function pairwiseSubject(objectId: string, appId: string): string {
  return createHash('sha256').update(`${objectId}/${appId}`).digest('base64url');
}
