import { randomUUID } from 'node:crypto';
import type { User } from '../data/model.ts';
import { isAccountEnabled } from '../data/directory-model.ts';
import type { EntraContext } from './entra-request.ts';
import { seal, unseal } from './seal.ts';

/** A browser in which somebody has signed in: the cookie that Entra names so. */
const COOKIE = 'ESTSAUTH';
const LIFETIME_MS = 86_400_000;

interface StoredSession {
  readonly userId: string;
  readonly authTimeSeconds: number;
  readonly sid: string;
}

export interface Session extends StoredSession {
  readonly user: User;
}

export function readSession({ request, world, key }: EntraContext): Session | undefined {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w.-]+)`).exec(request.header('cookie') ?? '')?.[1];
  const stored = value === undefined ? undefined : unseal<StoredSession>('session', value, key.sealKey);
  if (!stored || stored.authTimeSeconds * 1_000 + LIFETIME_MS <= world.clock.nowMs()) return undefined;
  const user = world.findUser(stored.userId);
  return user && isAccountEnabled(user) ? { ...stored, user } : undefined;
}

export function newSession(user: User, { world }: EntraContext): Session {
  return { userId: user.id, authTimeSeconds: Math.floor(world.clock.nowMs() / 1_000), sid: randomUUID(), user };
}

export function sessionCookie({ userId, authTimeSeconds, sid }: Session, { key }: EntraContext): Record<string, string> {
  const value = seal('session', { userId, authTimeSeconds, sid }, key.sealKey);
  return { 'Set-Cookie': `${COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=None` };
}

export const ENDED_SESSION: Readonly<Record<string, string>> = {
  'Set-Cookie': `${COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None`,
};
