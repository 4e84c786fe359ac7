import type { IncomingMessage } from 'node:http';
import type { AppRegistration } from '../data/model.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import { readBody } from '../http/request.ts';
import { isProblem } from '../http/problem.ts';
import { namesFor, type Names } from './cloud.ts';
import type { SigningKey } from './keys.ts';
import { REFUSALS, refused } from './refusals.ts';

export interface EntraDeps {
  readonly world: World;
  readonly key: SigningKey;
}

export interface EntraContext extends EntraDeps {
  readonly request: EntraRequest;
  readonly names: Names;
}

export interface EntraRequest {
  readonly method: string;
  /** host:port as the client wrote it. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of client-request-id, where the client sent one that is a UUID. */
  readonly correlationId: string | undefined;
  header(name: string): string | undefined;
  /** The fields of a form; none for any other kind of body, as Entra reads no other. */
  form(): Promise<URLSearchParams>;
}

export function entraRequest(incoming: IncomingMessage, parts: { path: string; search: string }): EntraRequest {
  const header = (name: string) => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const query = new URLSearchParams(parts.search);
  const given = query.get('client-request-id') ?? header('client-request-id') ?? '';
  return {
    method: incoming.method ?? 'GET',
    // A host is a name or an address with a port: anything else would make links that nobody can follow.
    host: /^[\w.:[\]-]+$/.test(header('host') ?? '') ? header('host')! : 'localhost',
    ...{ path: parts.path, query, header },
    correlationId: isUuid(given) ? given.toLowerCase() : undefined,
    form: async () => {
      const isForm = /^application\/x-www-form-urlencoded\b/i.test(header('content-type') ?? '');
      const body = await bodyOf(incoming);
      return new URLSearchParams(isForm ? body.toString('utf8') : '');
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(incoming);
  } catch (error) {
    throw isProblem(error) && error.status === 413 ? refused(REFUSALS.tooLarge()) : error;
  }
}

export function contextOf(deps: EntraDeps, request: EntraRequest): EntraContext {
  return { ...deps, request, names: namesFor(request.host) };
}

/** `own` by id or by a domain's name; `shared` are the names of no tenant in particular. */
export type TenantName = 'own' | 'common' | 'organizations' | 'consumers';

/** The tenant of personal Microsoft accounts. */
const CONSUMERS_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Throws the refusals of an unknown and of a malformed tenant. */
export function tenantName(world: World, text: string): TenantName {
  const wanted = text.toLowerCase();
  if (wanted === 'common' || wanted === 'organizations' || wanted === 'consumers') return wanted;
  if (wanted === CONSUMERS_ID) return 'consumers';
  if (wanted === world.tenant.id || world.tenant.domains.some((domain) => domain.toLowerCase() === wanted)) return 'own';
  const isName = isUuid(text) || (text.length < 256 && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text));
  throw refused(isName ? REFUSALS.unknownTenant(text) : REFUSALS.malformedTenant(text.slice(0, 256)));
}

/** The registration that a request names. Throws when there is none, or when it is disabled. */
export function appNamed(world: World, clientId: string): AppRegistration {
  const app = world.findApp(clientId);
  if (!app) throw refused(REFUSALS.unknownApp(clientId.slice(0, 256), world.tenant.name));
  if (app.disabled) throw refused(REFUSALS.disabledApp(app.clientId, app.name));
  return app;
}

/** RFC 6749 §3.1: a parameter that is sent without a value counts as left out, and none may come twice. */
export function parametersOf(fields: URLSearchParams): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of fields) {
    if (found.has(name)) throw refused(REFUSALS.duplicateParameter(name.slice(0, 64)));
    found.set(name, value);
  }
  return new Map([...found].filter(([, value]) => value !== ''));
}

export function needed(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw refused(REFUSALS.missingParameter(name));
  return value;
}
