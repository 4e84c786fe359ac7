import { isAbsolute, normalize, parse } from 'node:path';
import { makeValidator } from 'envalid';
import { isUuid } from '../contract/ids.ts';
import { groupIdPattern } from '../contract/security-group.ts';

/** Validators of environment variables; each message says what is wanted, and none repeats the value. */

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Entries between commas, without blanks around them. */
export function splitList(input: string): string[] {
  return input
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

export const whole = (given: { least: number; most: number; unit: string }) =>
  makeValidator<number>((input) => {
    const value = Number(input);
    if (/^\d+$/.test(input) && value >= given.least && value <= given.most) return value;
    throw new Error(`must be a whole number from ${given.least} to ${given.most} (${given.unit})`);
  });

export const mongodbUri = makeValidator<string>((input) => {
  if (/^mongodb(\+srv)?:\/\/[^/]/.test(input)) return input;
  throw new Error('must begin with mongodb:// or mongodb+srv://, like mongodb://127.0.0.1:27017/?replicaSet=trawl');
});

export const databaseName = makeValidator<string>((input) => {
  if (/^[A-Za-z0-9_-]{1,38}$/.test(input)) return input;
  throw new Error('must be 1 to 38 letters, digits, hyphens or underscores');
});

export const encryptionKeys = makeValidator<string>((input) => {
  const kids = splitList(input).map((entry) => {
    const [, kid, key] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
    if (kid === undefined || Buffer.from(key ?? '', 'base64').length !== 32) {
      throw new Error('must be kid:base64 pairs of 32 bytes, commas between; make one with: echo "k1:$(openssl rand -base64 32)"');
    }
    return kid;
  });
  if (kids.length === 0 || new Set(kids).size < kids.length) throw new Error('must name at least one key, and each kid once');
  return input;
});

const httpsOrigin = (entry: string): string | null => {
  const url = URL.canParse(entry) ? new URL(entry) : null;
  return url?.protocol === 'https:' && url.origin === entry.replace(/\/$/, '') ? url.origin : null;
};
/** The address of a key in a vault, without its version: the current one is taken. */
export const keyVaultKey = makeValidator<string>((input) => {
  const url = URL.canParse(input) ? new URL(input) : null;
  if (url?.protocol === 'https:' && /^\/keys\/[A-Za-z0-9-]{1,127}$/.test(url.pathname) && input === `${url.origin}${url.pathname}`)
    return input;
  throw new Error('must be the address of a key without its version, like https://contoso.vault.azure.net/keys/trawl');
});

/** Folders by absolute paths, commas between. The root is none: everything would lie in it. */
export const folders = makeValidator<string[]>((input) =>
  splitList(input).map((entry) => {
    const path = normalize(entry).replace(/(?<=.)[\\/]+$/, '');
    if (isAbsolute(path) && parse(path).root !== path) return path;
    throw new Error('must be absolute paths of folders, commas between, like /var/run/secrets/azure/tokens; / alone is too much');
  }),
);

/** A list of https origins, commas between. */
export const origins = makeValidator<string[]>((input) =>
  splitList(input).map((entry) => {
    const origin = httpsOrigin(entry);
    if (origin !== null) return origin;
    throw new Error('must be https origins without a path, commas between, like https://graph.example.org,https://login.example.org');
  }),
);

export const webOrigin = makeValidator<string>((input) => {
  const origin = httpsOrigin(input);
  if (origin !== null) return origin;
  throw new Error('must be one https origin without a path, like https://login.microsoftonline.com');
});

export const uuid = makeValidator<string>((input) => {
  if (isUuid(input)) return input.toLowerCase();
  throw new Error('must be an id of Entra (a GUID), like 2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10');
});

export const recordId = makeValidator<string>((input) => {
  if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(input)) return input;
  throw new Error('must be the id of a credential of Trawl (26 letters and digits, as GET /v1/credentials tells it)');
});

/** Origins of pages as browsers name them (RFC 6454, 6.2), commas between. */
export const pageOrigins = makeValidator<string[]>((input) =>
  splitList(input).map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : null;
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === entry.replace(/\/$/, '');
    if (isOrigin && !entry.includes('*')) return url.origin;
    throw new Error(
      'must be http or https origins without a path, commas between, like https://trawl.example.org; none stands for several',
    );
  }),
);

export const webUrl = makeValidator<string>((input) => {
  if (URL.canParse(input) && /^https?:$/.test(new URL(input).protocol)) return input.replace(/\/+$/, '');
  throw new Error('must be an http or https address, like http://127.0.0.1:8233');
});

/** Object ids of groups in Entra ID, commas between; in small letters, as they are compared. */
export const groupIds = makeValidator<string[]>((input) =>
  splitList(input).map((entry) => {
    if (new RegExp(groupIdPattern).test(entry)) return entry.toLowerCase();
    throw new Error('must be object ids of groups in Entra, commas between, like 2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10');
  }),
);
