import { bool, str } from 'envalid';
import { readEnvironment, type Environment, type TemporalSettings } from '../settings/read-environment.ts';
import { sealingOf, withVault, type SealingSettings } from '../settings/sealing.ts';
import {
  databaseName,
  encryptionKeys,
  folders,
  keyVaultKey,
  groupIds,
  logFormats,
  logLevels,
  mongodbUri,
  origins,
  pageOrigins,
  recordId,
  uuid,
  webOrigin,
  webUrl,
  whole,
  type LogFormat,
  type LogLevel,
} from '../settings/validators.ts';
import { toSignInSettings, type SignInSettings } from './sign-in-settings.ts';

/** Settings of the API process; docs/configuration.md explains each. */
export interface ApiSettings {
  host: string;
  /** 0 takes a free port. */
  port: number;
  mongodbUri: string;
  databaseName: string;
  temporal: TemporalSettings;
  sealing: SealingSettings;
  firstKeyFile: string | null;
  /** Groups of the first admin key, so that it sees the documents of datasets that name one of them. */
  firstKeyGroups: string[];
  /** Origins that a credential of a custom cloud may name. */
  customEndpoints: string[];
  /** Origins of pages that may call the API. */
  corsOrigins: string[];
  temporalUiUrl: string | null;
  logLevel: LogLevel;
  logFormat: LogFormat;
  /** How people sign in through Entra; null where they do not. */
  signIn: SignInSettings | null;
  /** PEM file with authorities to trust for Azure Key Vault and Entra besides the usual ones. */
  extraCaFile: string | null;
  /** How long the audit log is kept. */
  auditDays: number;
  /** Folders of the workers' machines that a credential's token file may lie in. */
  tokenFolders: string[];
  /** How many days before a secret or certificate ends it is warned of. */
  expiryWarningDays: number;
  /** Requests that one address may send in a minute. */
  requestsPerMinute: number;
  /** Exports that this process writes at a time. */
  exportsAtOnce: number;
  /** Streams of events that this process holds open at a time. */
  eventStreams: number;
}

const specs = {
  TRAWL_API_HOST: str({ default: '127.0.0.1' }),
  TRAWL_API_PORT: whole({ least: 0, most: 65_535, unit: 'a TCP port' })({ default: 8080 }),
  TRAWL_API_REQUESTS_PER_MINUTE: whole({ least: 1, most: 1_000_000, unit: 'requests of one address' })({ default: 1200 }),
  TRAWL_API_EXPORTS: whole({ least: 1, most: 100, unit: 'exports at a time' })({ default: 4 }),
  TRAWL_API_EVENT_STREAMS: whole({ least: 1, most: 10_000, unit: 'streams at a time' })({ default: 200 }),
  TRAWL_AUDIT_DAYS: whole({ least: 1, most: 36_500, unit: 'days' })({ default: 365 }),
  TRAWL_OIDC_TENANT_ID: uuid({ default: '' }),
  TRAWL_OIDC_CLIENT_ID: uuid({ default: '' }),
  TRAWL_OIDC_AUTHORITY: webOrigin({ default: 'https://login.microsoftonline.com' }),
  TRAWL_OIDC_ADMIN_ROLE: str({ default: 'Trawl.Admin' }),
  TRAWL_OIDC_OPERATOR_ROLE: str({ default: 'Trawl.Operator' }),
  TRAWL_OIDC_READER_ROLE: str({ default: 'Trawl.Reader' }),
  TRAWL_OIDC_GROUPS_CREDENTIAL: recordId({ default: '' }),
  TRAWL_EXTRA_CA_FILE: str({ default: '' }),
  MONGODB_URI: mongodbUri({ desc: 'the address of a MongoDB replica set' }),
  TRAWL_MONGODB_DATABASE: databaseName({ default: 'trawl' }),
  TRAWL_ENCRYPTION_KEYS: encryptionKeys({ desc: 'keys that seal secrets; make one with: echo "k1:$(openssl rand -base64 32)"' }),
  TRAWL_KEY_VAULT_KEY: keyVaultKey({ default: '' }),
  TRAWL_KEY_VAULT_SEALS: bool({ default: true }),
  TRAWL_FIRST_KEY_FILE: str({ default: '' }),
  TRAWL_FIRST_KEY_GROUPS: groupIds({ default: ['7d2f6c1a-94b3-4e58-8a0d-3b5e9f1c2d64'] }),
  TRAWL_CUSTOM_ENDPOINTS: origins({ default: [] }),
  TRAWL_FEDERATED_TOKEN_FOLDERS: folders({ default: [] }),
  TRAWL_EXPIRY_WARNING_DAYS: whole({ least: 1, most: 365, unit: 'days before a secret or certificate ends' })({ default: 30 }),
  TRAWL_CORS_ORIGINS: pageOrigins({ default: [] }),
  TRAWL_TEMPORAL_UI_URL: webUrl({ default: '' }),
  TRAWL_LOG_LEVEL: str({ choices: logLevels, default: 'info' as LogLevel }),
  TRAWL_LOG_FORMAT: str({ choices: logFormats, default: 'json' as LogFormat }),
};

/** Reads the settings from the environment. Throws SettingsError with every problem. */
export function readSettings(environment: Environment): ApiSettings {
  const { values, temporal } = readEnvironment(environment, withVault(environment, specs));
  return {
    host: values.TRAWL_API_HOST,
    port: values.TRAWL_API_PORT,
    mongodbUri: values.MONGODB_URI,
    databaseName: values.TRAWL_MONGODB_DATABASE,
    temporal,
    sealing: sealingOf(values),
    firstKeyFile: values.TRAWL_FIRST_KEY_FILE === '' ? null : values.TRAWL_FIRST_KEY_FILE,
    firstKeyGroups: values.TRAWL_FIRST_KEY_GROUPS,
    customEndpoints: values.TRAWL_CUSTOM_ENDPOINTS,
    corsOrigins: values.TRAWL_CORS_ORIGINS,
    temporalUiUrl: values.TRAWL_TEMPORAL_UI_URL === '' ? null : values.TRAWL_TEMPORAL_UI_URL,
    logLevel: values.TRAWL_LOG_LEVEL,
    logFormat: values.TRAWL_LOG_FORMAT,
    signIn: toSignInSettings(values),
    extraCaFile: values.TRAWL_EXTRA_CA_FILE === '' ? null : values.TRAWL_EXTRA_CA_FILE,
    tokenFolders: values.TRAWL_FEDERATED_TOKEN_FOLDERS,
    expiryWarningDays: values.TRAWL_EXPIRY_WARNING_DAYS,
    auditDays: values.TRAWL_AUDIT_DAYS,
    requestsPerMinute: values.TRAWL_API_REQUESTS_PER_MINUTE,
    exportsAtOnce: values.TRAWL_API_EXPORTS,
    eventStreams: values.TRAWL_API_EVENT_STREAMS,
  };
}
