import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';

/**
 * The certificate authorities to trust, as PEM: those of Node and the system's settings, and those of an extra file.
 * Undefined without a file, so that Node's own default holds.
 */
export function readAuthorities(extraCaFile: string | undefined): string[] | undefined {
  if (!extraCaFile) return undefined;
  let extra: string;
  try {
    extra = readFileSync(extraCaFile, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new Error(`Cannot read the certificate authorities in ${extraCaFile} (${code}): correct TRAWL_EXTRA_CA_FILE or unset it`);
  }
  if (!extra.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`No certificate in ${extraCaFile}: TRAWL_EXTRA_CA_FILE must name a PEM file`);
  }
  return [...getCACertificates('default'), extra];
}
