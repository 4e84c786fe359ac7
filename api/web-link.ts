import type { Credential } from '../contract/credential.ts';
import type { StoredDocument } from '../contract/document.ts';
import type { ApiStore } from './deps.ts';
import { ProblemError } from './problem.ts';

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

/**
 * Where a document opens; an attachment does in its message. Throws ProblemError `not-found` without a link, and
 * `link-refused` with one that leads elsewhere.
 */
export async function linkOf(store: Pick<ApiStore, 'documents' | 'sources' | 'credentials'>, document: StoredDocument): Promise<string> {
  const messageId = document.rootId ?? document.parentId;
  const item = messageId === null ? document : await store.documents.get(messageId);
  if (!item?.webLink || item.removal !== null)
    throw new ProblemError('not-found', 'Microsoft gave no link for this document. GET /v1/documents/{id} shows what is stored of it.');
  const source = await store.sources.get(document.sourceId);
  const credential = source === null ? null : await store.credentials.get(source.credentialId);
  const link = followable(item.webLink, credential);
  if (link !== null) return link;
  throw new ProblemError(
    'link-refused',
    'The link of this document leads neither to Outlook in a cloud of Microsoft nor to the endpoints of its credential by https, so it is not followed. GET /v1/documents/{id} shows it as it was read.',
  );
}
