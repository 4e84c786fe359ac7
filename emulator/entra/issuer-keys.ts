import { importJWK, type JWK, type ProtectedHeaderParameters } from 'jose';
import type { FederatedCredential } from '../data/app-sign-in.ts';
import { setBounded } from '../data/bounded-map.ts';
import { REFUSALS, refused } from './refusals.ts';

const TIMEOUT_MS = 5_000;

type KeySet = { readonly keys: readonly JWK[] };

/** Keys as last read; a key id that is not among them makes them be read again. */
const knownSets = new Map<string, KeySet>();
const KEPT_SETS = 100;

/** The key of another identity provider that signed an assertion: from the credential itself, or from the issuer's addresses. */
export async function issuerKey(
  credential: FederatedCredential,
  header: ProtectedHeaderParameters,
): Promise<Awaited<ReturnType<typeof importJWK>> | undefined> {
  const { issuer } = credential;
  const inline = credential.jwks as KeySet | undefined;
  const known = inline ?? knownSets.get(issuer);
  const found = known && keyOf(known, header);
  if (found || inline) return found && importedKey(found);
  const fresh = await readKeySet(issuer);
  setBounded(knownSets, { key: issuer, value: fresh, most: KEPT_SETS });
  const key = keyOf(fresh, header);
  return key && importedKey(key);
}

function keyOf({ keys }: KeySet, header: ProtectedHeaderParameters): JWK | undefined {
  return keys.find((key) => key.kty === 'RSA' && (header.kid === undefined ? keys.length === 1 : key.kid === header.kid));
}

async function importedKey(key: JWK): Promise<Awaited<ReturnType<typeof importJWK>> | undefined> {
  try {
    return await importJWK(key, 'RS256');
  } catch {
    return undefined;
  }
}

/** Throws Entra's refusal when the issuer does not answer, or answers as somebody else. */
async function readKeySet(issuer: string): Promise<KeySet> {
  const configuration = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: address } = configuration;
  if (configuration['issuer'] !== issuer || typeof address !== 'string') throw refused(REFUSALS.issuerUnreachable());
  const { keys } = await readJson(address);
  if (!Array.isArray(keys)) throw refused(REFUSALS.issuerUnreachable());
  return { keys: keys.filter((key): key is JWK => typeof key === 'object' && key !== null) };
}

async function readJson(address: string): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/json' } });
    const body: unknown = response.ok ? await response.json() : undefined;
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Whatever went wrong, the issuer could not be asked.
  }
  throw refused(REFUSALS.issuerUnreachable());
}
