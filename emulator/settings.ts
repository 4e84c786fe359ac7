import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PROFILES, type ProfileName } from './faults/profiles.ts';

export interface EmulatorSettings {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly controlPort: number;
  readonly host: string;
  readonly dataDir: string;
  /** A folder with organisation.json; without one the organisation is made from the seed. */
  readonly folder: string | undefined;
  readonly seed: string;
  /** Mailboxes of the seed's organisation. */
  readonly users: number;
  /** Messages per mailbox on average. */
  readonly messages: number;
  /** The seed's messages have no attachments. */
  readonly withoutAttachments: boolean;
  /** Port of the CONNECT proxy; undefined for none. */
  readonly proxyPort: number | undefined;
  readonly profile: ProfileName | undefined;
  /** Microsoft's OpenAPI document, to check answers against. */
  readonly openapi: string | undefined;
  /** Longest window of a calendar view. */
  readonly calendarViewDays: number;
}

const OPTIONS = {
  port: { type: 'string' },
  'control-port': { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  folder: { type: 'string' },
  seed: { type: 'string' },
  users: { type: 'string' },
  messages: { type: 'string' },
  'without-attachments': { type: 'boolean' },
  'proxy-port': { type: 'string' },
  profile: { type: 'string' },
  openapi: { type: 'string' },
  'calendar-view-days': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const HELP = `Usage: npm run emulator -- [options]      (each is also read from the environment)

  --port N                   https port of Entra ID and Graph; 0 takes a free one   TRAWL_EMULATOR_PORT (8443)
  --control-port N           http port of the control interface, loopback only      TRAWL_EMULATOR_CONTROL_PORT (8444)
  --host ADDRESS             address to listen on                                   TRAWL_EMULATOR_HOST (127.0.0.1)
  --data-dir FOLDER          certificates, keys and the journal of changes          TRAWL_EMULATOR_DATA_DIR (.trawl/emulator)
  --folder FOLDER            organisation from files (organisation.json, …)         TRAWL_EMULATOR_FOLDER
  --seed TEXT                organisation from a seed                               TRAWL_EMULATOR_SEED (contoso)
  --users N                  mailboxes of the seed's organisation                   TRAWL_EMULATOR_USERS (24)
  --messages N               messages per mailbox on average                        TRAWL_EMULATOR_MESSAGES (105)
  --without-attachments      the seed's messages have none                          TRAWL_EMULATOR_WITHOUT_ATTACHMENTS=true
  --proxy-port N             CONNECT proxy for clients whose endpoints are fixed    TRAWL_EMULATOR_PROXY_PORT
  --profile NAME             faults from the start on: calm, weekday or storm       TRAWL_EMULATOR_PROFILE
  --openapi FILE             Microsoft's OpenAPI document, to check answers against TRAWL_EMULATOR_OPENAPI
  --calendar-view-days N     longest window of a calendar view                      TRAWL_EMULATOR_CALENDAR_VIEW_DAYS (1825)
  --help
`;

/** Flags win over the environment. Throws one error that names every wrong setting. */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): EmulatorSettings | 'help' {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false });
  if (values.help) return 'help';
  const problems: string[] = [];
  const text = (flag: Exclude<keyof typeof OPTIONS, 'help' | 'without-attachments'>) =>
    values[flag] ?? (env[`TRAWL_EMULATOR_${flag.toUpperCase().replaceAll('-', '_')}`] || undefined);
  const whole = (flag: Parameters<typeof text>[0], limits: { fallback: number; least: number; most: number }) => {
    const given = text(flag);
    if (given === undefined) return limits.fallback;
    const value = Number(given);
    if (!/^\d+$/.test(given) || value < limits.least || value > limits.most)
      problems.push(`--${flag} must be a whole number from ${limits.least} to ${limits.most}, not '${given}'`);
    return value;
  };
  const fromHere = (path: string | undefined) => (path === undefined ? undefined : resolve(env['INIT_CWD'] ?? '.', path));
  const profile = PROFILES.find((name) => name === text('profile'));
  if (text('profile') !== undefined && profile === undefined)
    problems.push(`--profile must be one of ${PROFILES.join(', ')}, not '${text('profile')}'`);
  const openapi = fromHere(text('openapi'));
  if (openapi !== undefined && !existsSync(openapi)) problems.push(`--openapi names a file that is not there: ${openapi}`);
  const settings: EmulatorSettings = {
    port: whole('port', { fallback: 8443, least: 0, most: 65_535 }),
    controlPort: whole('control-port', { fallback: 8444, least: 0, most: 65_535 }),
    host: text('host') ?? '127.0.0.1',
    dataDir: text('data-dir') ?? '.trawl/emulator',
    // npm changes into the project's folder; a relative path is meant from where the user stands.
    folder: fromHere(text('folder')),
    seed: text('seed') ?? 'contoso',
    users: whole('users', { fallback: 24, least: 0, most: 1_000_000 }),
    messages: whole('messages', { fallback: 105, least: 0, most: 10_000_000 }),
    withoutAttachments: values['without-attachments'] ?? env['TRAWL_EMULATOR_WITHOUT_ATTACHMENTS'] === 'true',
    proxyPort: text('proxy-port') === undefined ? undefined : whole('proxy-port', { fallback: 0, least: 0, most: 65_535 }),
    profile,
    openapi,
    calendarViewDays: whole('calendar-view-days', { fallback: 1_825, least: 1, most: 100_000 }),
  };
  if (problems.length > 0) throw new Error(`The emulator's settings are wrong: ${problems.join('; ')}`);
  return settings;
}
