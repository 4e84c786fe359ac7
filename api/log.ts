import { pino, type Logger } from 'pino';
import type { ApiSettings } from './settings.ts';

/** The log of the process, on stdout: JSON lines, or pretty ones for a person. */
export function createLog({ logLevel, logFormat }: Pick<ApiSettings, 'logLevel' | 'logFormat'>): Logger {
  const options = { level: logLevel, base: { process: 'api' }, redact: ['req', 'headers', 'secret', '*.secret', '*.authorization'] };
  if (logFormat === 'json') return pino(options);
  return pino({ ...options, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname,process', translateTime: 'SYS:HH:MM:ss' } } });
}
