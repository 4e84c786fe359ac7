import { bool, str } from 'envalid';
import { excessOf, mailboxLimits, type MailboxLimits } from '../contract/budget.ts';
import { readEnvironment, SettingsError, type Environment, type TemporalSettings } from '../settings/read-environment.ts';
import { sealingOf, withVault, type SealingSettings } from '../settings/sealing.ts';
import {
  databaseName,
  encryptionKeys,
  folders,
  keyVaultKey,
  logFormats,
  logLevels,
  mongodbUri,
  whole,
  type LogFormat,
  type LogLevel,
} from '../settings/validators.ts';

/** How many activities run side by side on each queue of this process. */
export interface Slots {
  high: number;
  normal: number;
  low: number;
  control: number;
  index: number;
}

/** How attachments are read for their words. */
export interface ExtractSettings {
  /** 0: no file is read for its words. */
  processes: number;
  timeoutMs: number;
  /** Of each process. */
  memoryBytes: number;
  /** Of one file. */
  maxFileBytes: number;
  /** Of all files that the worker holds at once. */
  heldBytes: number;
}

/** Settings of a worker process; docs/configuration.md explains each. */
export interface WorkerSettings {
  mongodbUri: string;
  databaseName: string;
  temporal: TemporalSettings;
  sealing: SealingSettings;
  slots: Slots;
  /** What one mailbox is asked by all workers together. */
  mailboxLimits: MailboxLimits;
  /** How long a lane keeps its slot when others may wait for one. */
  laneTurnMs: number;
  maxCachedWorkflows: number;
  /** 0 switches the metrics off. */
  metricsPort: number;
  metricsHost: string;
  extraCaFile: string | null;
  /** Folders that federated tokens may be read from. */
  tokenFolders: string[];
  messagePageSize: number;
  /** A folder of more items is divided, so that all lanes read it. */
  giantFolderItems: number;
  connectionsPerCredential: number;
  workflowBundle: string | null;
  extract: ExtractSettings;
  logLevel: LogLevel;
  logFormat: LogFormat;
}

const slots = (of: string) => whole({ least: 1, most: 1000, unit: `activities side by side on the ${of} queue` });

const specs = {
  MONGODB_URI: mongodbUri({ desc: 'the address of a MongoDB replica set' }),
  TRAWL_MONGODB_DATABASE: databaseName({ default: 'trawl' }),
  TRAWL_ENCRYPTION_KEYS: encryptionKeys({ desc: 'the keys that the API seals secrets with' }),
  TRAWL_KEY_VAULT_KEY: keyVaultKey({ default: '' }),
  TRAWL_KEY_VAULT_SEALS: bool({ default: true }),
  TRAWL_SLOTS_HIGH: slots('high')({ default: 40 }),
  TRAWL_SLOTS_NORMAL: slots('normal')({ default: 20 }),
  TRAWL_SLOTS_LOW: slots('low')({ default: 10 }),
  TRAWL_SLOTS_CONTROL: slots('control')({ default: 10 }),
  TRAWL_SLOTS_INDEX: slots('index')({ default: 1 }),
  TRAWL_MAILBOX_IN_FLIGHT: whole({ least: 1, most: mailboxLimits.inFlight, unit: 'requests in flight to one mailbox' })({ default: 4 }),
  TRAWL_MAILBOX_REQUESTS: whole({ least: 10, most: mailboxLimits.requests, unit: 'requests to one mailbox in a window' })({
    default: 10_000,
  }),
  TRAWL_MAILBOX_WINDOW_SECONDS: whole({ least: 10, most: 3600, unit: 'seconds' })({ default: 600 }),
  TRAWL_LANE_TURN_SECONDS: whole({ least: 1, most: 3600, unit: 'seconds' })({ default: 60 }),
  TRAWL_MAX_CACHED_WORKFLOWS: whole({ least: 10, most: 100_000, unit: 'workflows' })({ default: 300 }),
  TRAWL_METRICS_PORT: whole({ least: 0, most: 65_535, unit: 'a TCP port, 0 for none' })({ default: 9464 }),
  TRAWL_METRICS_HOST: str({ default: '127.0.0.1' }),
  TRAWL_EXTRA_CA_FILE: str({ default: '' }),
  TRAWL_FEDERATED_TOKEN_FOLDERS: folders({ default: [] }),
  TRAWL_MESSAGE_PAGE_SIZE: whole({ least: 1, most: 1000, unit: 'messages a page' })({ default: 200 }),
  TRAWL_GIANT_FOLDER_ITEMS: whole({ least: 10, most: 1_000_000_000, unit: 'items of a folder' })({ default: 20_000 }),
  TRAWL_CONNECTIONS: whole({ least: 4, most: 10_000, unit: 'connections per credential' })({ default: 256 }),
  TRAWL_WORKFLOW_BUNDLE: str({ default: '' }),
  TRAWL_EXTRACT_PROCESSES: whole({ least: 0, most: 64, unit: 'processes that read attachments' })({ default: 2 }),
  TRAWL_EXTRACT_TIMEOUT_SECONDS: whole({ least: 1, most: 600, unit: 'seconds for one file' })({ default: 30 }),
  TRAWL_EXTRACT_MEMORY_MB: whole({ least: 300, most: 8_192, unit: 'MB for each process that reads attachments' })({ default: 600 }),
  TRAWL_EXTRACT_MAX_FILE_MB: whole({ least: 1, most: 150, unit: 'MB of a file that is read for its words' })({ default: 50 }),
  TRAWL_EXTRACT_HELD_MB: whole({ least: 32, most: 65_536, unit: 'MB of files held at once' })({ default: 256 }),
  TRAWL_LOG_LEVEL: str({ choices: logLevels, default: 'info' as LogLevel }),
  TRAWL_LOG_FORMAT: str({ choices: logFormats, default: 'json' as LogFormat }),
};

const megabyte = 1_048_576;

function checkedLimits(limits: MailboxLimits): MailboxLimits {
  const excess = excessOf(limits);
  if (excess === null) return limits;
  throw new SettingsError([
    `TRAWL_MAILBOX_REQUESTS with TRAWL_MAILBOX_WINDOW_SECONDS would allow ${excess}: ask for fewer requests, or in a longer window`,
  ]);
}

/** Reads the settings from the environment. Throws SettingsError with every problem. */
export function readSettings(environment: Environment): WorkerSettings {
  const { values, temporal } = readEnvironment(environment, withVault(environment, specs));
  return {
    mongodbUri: values.MONGODB_URI,
    databaseName: values.TRAWL_MONGODB_DATABASE,
    temporal,
    sealing: sealingOf(values),
    slots: {
      high: values.TRAWL_SLOTS_HIGH,
      normal: values.TRAWL_SLOTS_NORMAL,
      low: values.TRAWL_SLOTS_LOW,
      control: values.TRAWL_SLOTS_CONTROL,
      index: values.TRAWL_SLOTS_INDEX,
    },
    mailboxLimits: checkedLimits({
      inFlight: values.TRAWL_MAILBOX_IN_FLIGHT,
      requests: values.TRAWL_MAILBOX_REQUESTS,
      windowMs: values.TRAWL_MAILBOX_WINDOW_SECONDS * 1000,
    }),
    laneTurnMs: values.TRAWL_LANE_TURN_SECONDS * 1000,
    maxCachedWorkflows: values.TRAWL_MAX_CACHED_WORKFLOWS,
    metricsPort: values.TRAWL_METRICS_PORT,
    metricsHost: values.TRAWL_METRICS_HOST,
    extraCaFile: values.TRAWL_EXTRA_CA_FILE === '' ? null : values.TRAWL_EXTRA_CA_FILE,
    tokenFolders: values.TRAWL_FEDERATED_TOKEN_FOLDERS,
    messagePageSize: values.TRAWL_MESSAGE_PAGE_SIZE,
    giantFolderItems: values.TRAWL_GIANT_FOLDER_ITEMS,
    connectionsPerCredential: values.TRAWL_CONNECTIONS,
    workflowBundle: values.TRAWL_WORKFLOW_BUNDLE === '' ? null : values.TRAWL_WORKFLOW_BUNDLE,
    extract: {
      processes: values.TRAWL_EXTRACT_PROCESSES,
      timeoutMs: values.TRAWL_EXTRACT_TIMEOUT_SECONDS * 1_000,
      memoryBytes: values.TRAWL_EXTRACT_MEMORY_MB * megabyte,
      maxFileBytes: values.TRAWL_EXTRACT_MAX_FILE_MB * megabyte,
      heldBytes: values.TRAWL_EXTRACT_HELD_MB * megabyte,
    },
    logLevel: values.TRAWL_LOG_LEVEL,
    logFormat: values.TRAWL_LOG_FORMAT,
  };
}
