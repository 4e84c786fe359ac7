import { createHash, timingSafeEqual } from 'node:crypto';
import type { AppRegistration } from '../data/model.ts';
import { appNamed, needed, type EntraContext } from './entra-request.ts';
import { checkAssertion } from './client-assertion.ts';
import { REFUSALS, refused } from './refusals.ts';

/** How a client proved who it is; `none` for a public client. */
export type Proof = 'none' | 'secret' | 'certificate' | 'federated';

export interface Client {
  readonly app: AppRegistration;
  readonly proof: Proof;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The app of a token request by its secret (form or HTTP Basic) or assertion. Throws when either is wrong; neither is `none`. */
export async function authenticateClient(parameters: ReadonlyMap<string, string>, context: EntraContext): Promise<Client> {
  const basic = basicCredentials(context.request.header('authorization'));
  const clientId = parameters.get('client_id') ?? basic?.id ?? needed(parameters, 'client_id');
  const app = appNamed(context.world, clientId);
  if (parameters.has('client_assertion') || parameters.has('client_assertion_type')) {
    const assertion = needed(parameters, 'client_assertion');
    if (needed(parameters, 'client_assertion_type') !== ASSERTION_TYPE) throw refused(REFUSALS.invalidParameter('client_assertion_type'));
    return { app, proof: await checkAssertion(assertion, app, context) };
  }
  const secret = parameters.get('client_secret') ?? basic?.secret;
  if (!secret) return { app, proof: 'none' };
  checkSecret(secret, app, context.world.clock.nowMs());
  return { app, proof: 'secret' };
}

function checkSecret(secret: string, app: AppRegistration, nowMs: number): void {
  const matching = app.secrets.filter((known) => isSameText(known.value, secret));
  if (matching.length === 0) throw refused(REFUSALS.wrongSecret(app.clientId));
  const isAlive = matching.some((known) => known.expiresMs === undefined || known.expiresMs > nowMs);
  if (!isAlive) throw refused(REFUSALS.expiredSecret(app.clientId));
}

function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  return { id: formDecode(text.slice(0, at)), secret: formDecode(text.slice(at + 1)) };
}

/** RFC 6749 §2.3.1: both parts are form-encoded before base64; clients that do not encode are taken as they are. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

export function isSameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
