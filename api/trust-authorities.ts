import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SettingsError } from '../settings/read-environment.ts';

/** Has whatever this process fetches trust the authorities of a file beside the usual ones. Throws SettingsError. */
export function trustAuthorities(extraCaFile: string): void {
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(extraCaFile, 'utf8')]);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new SettingsError([`TRAWL_EXTRA_CA_FILE must name a PEM file with certificates (${code}): correct it or unset it`]);
  }
}
