import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { customCleanEnv, makeValidator, str } from 'envalid';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Settings of the API process; docs/configuration.md explains each. */
export interface ApiSettings {
  host: string;
  /** 0 takes a free port. */
  port: number;
  mongodbUri: string;
  databaseName: string;
  temporal: ClientConnectConfig & { namespace: string };
  /** `kid:base64` pairs as they were given; the first seals. */
  encryptionKeys: string;
  firstKeyFile: string | null;
  /** Groups of the first admin key, so that it sees the documents of datasets that name one of them. */
  firstKeyGroups: string[];
  /** Origins that a credential of a custom cloud may name. */
  customEndpoints: string[];
  temporalUiUrl: string | null;
  logLevel: LogLevel;
  logFormat: LogFormat;
  /** Requests that one address may send in a minute. */
  requestsPerMinute: number;
}

/** Thrown with every problem at once; each names its variable and what to do. */
export class SettingsError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

const whole = (given: { least: number; most: number; unit: string }) =>
  makeValidator<number>((input) => {
    const value = Number(input);
    if (/^\d+$/.test(input) && value >= given.least && value <= given.most) return value;
    throw new Error(`must be a whole number from ${given.least} to ${given.most} (${given.unit})`);
  });

const mongodbUri = makeValidator<string>((input) => {
  if (/^mongodb(\+srv)?:\/\/[^/]/.test(input)) return input;
  throw new Error('must begin with mongodb:// or mongodb+srv://, like mongodb://127.0.0.1:27017/?replicaSet=trawl');
});

const databaseName = makeValidator<string>((input) => {
  if (/^[A-Za-z0-9_-]{1,38}$/.test(input)) return input;
  throw new Error('must be 1 to 38 letters, digits, hyphens or underscores');
});

/** A list of origins, commas between. */
const origins = makeValidator<string[]>((input) =>
  splitList(input).map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : null;
    if (url?.protocol === 'https:' && url.origin === entry.replace(/\/$/, '')) return url.origin;
    throw new Error('must be https origins without a path, commas between, like https://graph.example.org,https://login.example.org');
  }),
);

const encryptionKeys = makeValidator<string>((input) => {
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

const webUrl = makeValidator<string>((input) => {
  if (URL.canParse(input) && /^https?:$/.test(new URL(input).protocol)) return input.replace(/\/+$/, '');
  throw new Error('must be an http or https address, like http://127.0.0.1:8233');
});

const list = makeValidator<string[]>((input) => splitList(input));

const specs = {
  TRAWL_API_HOST: str({ default: '127.0.0.1' }),
  TRAWL_API_PORT: whole({ least: 0, most: 65_535, unit: 'a TCP port' })({ default: 8080 }),
  MONGODB_URI: mongodbUri({ desc: 'the address of a MongoDB replica set' }),
  TRAWL_MONGODB_DATABASE: databaseName({ default: 'trawl' }),
  TRAWL_ENCRYPTION_KEYS: encryptionKeys({ desc: 'keys that seal secrets; make one with: echo "k1:$(openssl rand -base64 32)"' }),
  TRAWL_FIRST_KEY_FILE: str({ default: '' }),
  TRAWL_FIRST_KEY_GROUPS: list({ default: ['trawl-sample-group'] }),
  TRAWL_CUSTOM_ENDPOINTS: origins({ default: [] }),
  TRAWL_TEMPORAL_UI_URL: webUrl({ default: '' }),
  TRAWL_LOG_LEVEL: str({ choices: logLevels, default: 'info' as LogLevel }),
  TRAWL_LOG_FORMAT: str({ choices: logFormats, default: 'json' as LogFormat }),
  TRAWL_API_REQUESTS_PER_MINUTE: whole({ least: 1, most: 1_000_000, unit: 'requests of one address' })({ default: 1200 }),
};

function splitList(input: string): string[] {
  return input
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** What one variable suffers from. Its value is not repeated: it may hold a password. */
function describeProblem(name: string, error: Error | undefined): string {
  const spec = specs[name as keyof typeof specs] as unknown as { desc?: string; choices?: readonly string[] };
  if (error?.name === 'EnvMissingError') return `${name} is missing: set it to ${spec.desc ?? 'a value'}`;
  if (spec.choices !== undefined) return `${name} must be one of ${spec.choices.join(', ')}`;
  return `${name} ${error?.message ?? 'is not valid'}`;
}

type Environment = Record<string, string | undefined>;

function readTemporal(env: Environment, problems: string[]): ApiSettings['temporal'] {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  try {
    const config = loadClientConnectConfig({ overrideEnvVars: given });
    return { ...config, namespace: config.namespace ?? 'default' };
  } catch (error) {
    problems.push(`TEMPORAL_*: ${(error as Error).message} (docs.temporal.io/references/client-environment-configuration)`);
    return { connectionOptions: {}, namespace: 'default' };
  }
}

/**
 * Reads the settings from the environment; a variable that is set to nothing counts as not set.
 * Throws SettingsError with every problem.
 */
export function readSettings(environment: Environment): ApiSettings {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const problems: string[] = [];
  const read = customCleanEnv(env, specs, (cleaned) => cleaned, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) problems.push(describeProblem(name, error as Error));
    },
  });
  const temporal = readTemporal(env, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    host: read.TRAWL_API_HOST,
    port: read.TRAWL_API_PORT,
    mongodbUri: read.MONGODB_URI,
    databaseName: read.TRAWL_MONGODB_DATABASE,
    temporal,
    encryptionKeys: read.TRAWL_ENCRYPTION_KEYS,
    firstKeyFile: read.TRAWL_FIRST_KEY_FILE === '' ? null : read.TRAWL_FIRST_KEY_FILE,
    firstKeyGroups: read.TRAWL_FIRST_KEY_GROUPS,
    customEndpoints: read.TRAWL_CUSTOM_ENDPOINTS,
    temporalUiUrl: read.TRAWL_TEMPORAL_UI_URL === '' ? null : read.TRAWL_TEMPORAL_UI_URL,
    logLevel: read.TRAWL_LOG_LEVEL,
    logFormat: read.TRAWL_LOG_FORMAT,
    requestsPerMinute: read.TRAWL_API_REQUESTS_PER_MINUTE,
  };
}
