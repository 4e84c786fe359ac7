import type { FastifyRequest } from 'fastify';
import type { ApiKeyStore } from '../store/types.ts';
import type { Caller } from './auth.ts';
import { createGroupsOf } from './caller-groups.ts';
import type { ApiDeps } from './deps.ts';
import { keyIdOf, keyMatches } from './keys.ts';
import { ProblemError } from './problem.ts';
import { createTokenVerifier } from './token-verifier.ts';

/** Who sends a request. Throws ProblemError. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/** A key's last use is kept to about a minute, so that reading does not write with each request. */
const touchEveryMs = 60_000;

/** Compared with when there is no such key, so that an unknown id takes as long as a wrong secret. */
const nobody = { sha256: '0'.repeat(64) };

/** Three parts in base64url, of which the first is a JSON object: RFC 7515. */
const looksLikeToken = /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/;

const refused = (detail: string) => new ProblemError('unauthenticated', detail);

async function byKey(text: string, apiKeys: ApiKeyStore): Promise<Caller> {
  const id = keyIdOf(text);
  const record = id === null ? null : await apiKeys.get(id);
  if (!keyMatches(text, record ?? nobody) || record === null)
    throw refused('The API key is not known. Check that it is copied whole, or ask an admin for a new one.');
  const now = new Date();
  if (record.expiresAt !== null && record.expiresAt <= now) throw refused('The API key has expired. Ask an admin for a new one.');
  if (record.lastUsedAt === null || now.getTime() - record.lastUsedAt.getTime() > touchEveryMs) await apiKeys.touch(record._id, now);
  const { _id, name, role, groupIds } = record;
  return { kind: 'apiKey', _id, name, roles: [role], groups: async () => groupIds };
}

/** Makes the check of callers: API keys always, tokens of Entra where the settings name an app registration for this API. */
export function createAuthenticate({ store, temporal, settings }: Pick<ApiDeps, 'store' | 'temporal' | 'settings'>): Authenticate {
  const { signIn } = settings;
  const verify = signIn === null ? null : createTokenVerifier(signIn);
  const groupsOf = createGroupsOf({ store, temporal }, signIn?.groupsCredentialId ?? null);

  async function byToken(token: string): Promise<Caller> {
    if (verify === null)
      throw refused('Tokens of Entra are not taken here: TRAWL_OIDC_TENANT_ID and TRAWL_OIDC_CLIENT_ID are not set. Send an API key.');
    const { userId, roles, groupIds } = await verify(token);
    // Names and addresses are Entra's to tell: logs and audit entries hold the object id.
    return { kind: 'user', _id: userId, name: 'Entra user', roles, groups: async () => groupIds ?? (await groupsOf(userId)) };
  }

  return async (request) => {
    const [, text] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (text === undefined) {
      const token = verify === null ? '' : ', or an access token of Entra';
      throw refused(`Send an API key as header "Authorization: Bearer trawl_…"${token}.`);
    }
    return looksLikeToken.test(text) ? byToken(text) : byKey(text, store.apiKeys);
  };
}
