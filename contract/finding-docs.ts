import type { Finding } from './connection-test.ts';
import { isKnownCode } from './errors.ts';
import { entraRows } from './error-rows-entra.ts';
import { mendingOf, type Mending } from './mend-capability.ts';

const page = 'docs/errors.md';
const sections = {
  entra: `${page}#entra-id-when-it-is-asked-for-a-token`,
  graph: `${page}#microsoft-graph-exchange-and-the-directory`,
  trawl: `${page}#trawls-own-codes`,
} as const;

const entraCodes = new Set(entraRows.map(({ code }) => code.toLowerCase()));

/** What an administrator does about a finding, where it is about a permission or a policy, and where the documentation tells more. */
export function mendingOfFinding({ code, verdict }: Finding, clientId: string): { mend: Mending | null; docs: string } {
  const mend = verdict === null ? null : mendingOf(verdict, clientId);
  if (mend !== null) return { mend, docs: mend.docs };
  const isEntras = entraCodes.has(code.toLowerCase()) || code.startsWith('AADSTS');
  const isTrawls = code.startsWith('Trawl') || !isKnownCode(code);
  return { mend: null, docs: isEntras ? sections.entra : isTrawls ? sections.trawl : sections.graph };
}
