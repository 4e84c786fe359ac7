import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { AppSignIn, RedirectPlatform } from '../app-sign-in.ts';
import type { AppRegistration, AppSecret } from '../model.ts';
import { uuidOf } from '../random.ts';

/** An app as organisation.json and the control interface take it; data/organisation.schema.json says the same. */
export interface RawApp extends Omit<AppSignIn, 'redirectUris'> {
  readonly name?: string;
  readonly secrets?: readonly (string | { readonly value: string; readonly expires?: string })[];
  readonly roles?: readonly string[];
  readonly redirectUris?: readonly (string | { readonly uri: string; readonly platform?: RedirectPlatform })[];
}

/** A registration as it is from now on: what is not given stays as it was. */
export function appOf(clientId: string, raw: RawApp, known?: AppRegistration): AppRegistration {
  const { name, secrets, roles, redirectUris, ...rest } = raw;
  return {
    ...known,
    ...rest,
    clientId: clientId.toLowerCase(),
    objectId: known?.objectId ?? uuidOf(`servicePrincipal:${clientId}`),
    name: name ?? known?.name ?? 'App',
    secrets: secrets === undefined ? (known?.secrets ?? []) : secrets.map(secretOf),
    roles: roles ?? known?.roles ?? [],
    ...(redirectUris === undefined ? {} : { redirectUris: redirectUris.map(redirectOf) }),
  };
}

function secretOf(raw: string | { readonly value: string; readonly expires?: string }): AppSecret {
  if (typeof raw === 'string') return { value: raw };
  return raw.expires === undefined ? { value: raw.value } : { value: raw.value, expiresMs: Date.parse(raw.expires) };
}

function redirectOf(raw: string | { readonly uri: string; readonly platform?: RedirectPlatform }): {
  uri: string;
  platform: RedirectPlatform;
} {
  return typeof raw === 'string' ? { uri: raw, platform: 'web' } : { uri: raw.uri, platform: raw.platform ?? 'web' };
}

let compiled: ValidateFunction | undefined;

/** What is wrong with the fields of an app, by field; none for a good one. */
export function appProblems(fields: object): readonly string[] {
  compiled ??= compileAppSchema();
  if (!compiled(fields))
    return (compiled.errors ?? []).map((error) => `${error.instancePath.slice(1) || 'The app'} ${error.message ?? 'is wrong'}`);
  return certificateProblems((fields as RawApp).certificates ?? []).map(({ index, problem }) => `certificates/${index} ${problem}`);
}

/** A schema knows no certificates. */
export function certificateProblems(certificates: readonly string[]): readonly { readonly index: number; readonly problem: string }[] {
  return certificates.flatMap((pem, index) => {
    try {
      return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa' ? [] : [{ index, problem: 'must have an RSA key' }];
    } catch {
      return [{ index, problem: 'must be a certificate in PEM' }];
    }
  });
}

function compileAppSchema(): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const text = readFileSync(join(import.meta.dirname, '..', 'organisation.schema.json'), 'utf8');
  const schema = JSON.parse(text) as { properties: { apps: { items: { properties: Record<string, object> } } } };
  const { clientId: _, ...properties } = schema.properties.apps.items.properties;
  return ajv.compile({ type: 'object', additionalProperties: false, properties });
}
