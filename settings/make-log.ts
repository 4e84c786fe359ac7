import { pino, type Logger } from 'pino';
import type { LogFormat, LogLevel } from './validators.ts';

/** Names whose values never reach a log, wherever in the first two levels they stand. */
const secrets = [
  ...['secret', 'clientSecret', 'authorization', 'token', 'password', 'sealedSecret', 'key'],
  ...['login', 'pem', 'pfx', 'assertion', 'client_assertion'],
];

/** A process's log: JSON lines, or readable ones for a person at a terminal. */
export function makeLog({ name, level, format }: { name: string; level: LogLevel; format: LogFormat }): Logger {
  const redact = { paths: secrets.flatMap((word) => [word, `*.${word}`]), censor: '[redacted]' };
  if (format === 'json') return pino({ name, level, redact });
  return pino({
    name,
    level,
    redact,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' } },
  });
}
