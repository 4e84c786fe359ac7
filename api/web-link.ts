import type { Credential } from '../contract/credential.ts';

/**
 * Where Outlook on the web answers, in all clouds of Microsoft that a credential can be of: "Microsoft 365 URLs and IP address
 * ranges" and its pages for GCC High, DoD and 21Vianet (learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges).
 */
const outlookHosts: ReadonlySet<string> = new Set([
  'outlook.office365.com',
  'outlook.office.com',
  'outlook.cloud.microsoft',
  'outlook.office365.us',
  'outlook-dod.office365.us',
  'webmail.apps.mil',
  'partner.outlook.cn',
]);

/**
 * The address that a document's link leads to; null when it must not be followed. What Graph calls a link is stored as it
 * came, so a cloud of somebody's own, or whoever answers in its place, must not turn Trawl into a way to anywhere: it leads
 * to Outlook, or to the credential's own endpoints, by https, on the usual port or theirs, and without a user name.
 */
export function followable(webLink: string, credential: Pick<Credential, 'cloud' | 'endpoints'> | null): string | null {
  if (!URL.canParse(webLink)) return null;
  const url = new URL(webLink);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  if (outlookHosts.has(url.host)) return url.href;
  const { authority, graph } = (credential?.cloud === 'custom' ? credential.endpoints : null) ?? {};
  return url.origin === authority || url.origin === graph ? url.href : null;
}
