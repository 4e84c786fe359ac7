import { CONTACTS_FOLDER, type OutlookItem } from '../data/outlook-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { decodeLinkToken, encodeLinkToken } from '../http/link-token.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { CONTACT_FOLDER_TYPE, contactFolderId, contactFolderKey, contactId, renderContact, renderContactFolder } from './contact-ids.ts';
import { CONTACT_TYPE } from './contact-input.ts';
import { CONTACT_READERS } from './contacts.ts';

/** A sync state, all of it inside the link. `walk` is the last key given in the first round, `after` the last change told in later ones. */
interface ContactToken {
  readonly kind: 'contact' | 'contactFolder';
  readonly mailbox: string;
  readonly folder: string;
  readonly epoch: string;
  readonly startSeq: number;
  readonly walk?: string;
  readonly after?: number;
  readonly until?: number;
  readonly select?: string;
}

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;
const PURPOSE = 'contacts:';

export const contactDeltaRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/contacts/delta', {
    ...{ kind: 'contacts.delta', roles: CONTACT_READERS },
    handle: (context) => delta(context, { kind: 'contact', folder: CONTACTS_FOLDER, path: '/contacts/delta' }),
  }),
  mailboxRoute('/users/{user-id}/contactFolders/{contactFolder-id}/contacts/delta', {
    ...{ kind: 'contacts.deltaOfFolder', roles: CONTACT_READERS },
    handle: (context) => {
      const given = context.params['contactFolder-id']!;
      const path = `/contactFolders('${encodeURIComponent(given)}')/contacts/delta`;
      return delta(context, { kind: 'contact', folder: contactFolderKey(context, given), path });
    },
  }),
  mailboxRoute('/users/{user-id}/contactFolders/delta', {
    ...{ kind: 'contactFolders.delta', roles: CONTACT_READERS },
    handle: (context) => delta(context, { kind: 'contactFolder', folder: '', path: '/contactFolders/delta' }),
  }),
];

interface Place {
  readonly kind: ContactToken['kind'];
  /** Empty for all folders. */
  readonly folder: string;
  readonly path: string;
}

interface Page {
  readonly value: readonly object[];
  readonly token: ContactToken;
  readonly isLast: boolean;
}

function delta(context: MailboxContext, place: Place): Answer {
  const { request, user } = context;
  const token = tokenOf(context, place);
  const type = place.kind === 'contact' ? CONTACT_TYPE : CONTACT_FOLDER_TYPE;
  const selected = parseSelect(token.select, type);
  const render = (item: OutlookItem) =>
    project(place.kind === 'contact' ? renderContact(context, item) : renderContactFolder(context.mailbox, item), selected);
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, MAX_PAGE);
  const page =
    token.walk === undefined ? changesPage(context, { place, token, size, render }) : walkPage(context, { place, token, size, render });
  const link = `${request.serviceRoot}/users/${user.id}${place.path}?${page.isLast ? '$deltatoken' : '$skiptoken'}=${encode(page.token)}`;
  const body = {
    '@odata.context': contextUrl(request, `Collection(${place.kind})`),
    [page.isLast ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: page.value,
  };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function tokenOf({ world, user, mailbox, request }: MailboxContext, place: Place): ContactToken {
  const { query } = request;
  const text = query.get('$skiptoken') ?? query.get('$deltatoken') ?? '';
  const { kind, folder } = place;
  if (text === '') {
    const select = query.get('$select');
    const start = { kind, folder, mailbox: mailbox.guid, epoch: world.epoch, startSeq: world.outlook.of(user.id).seq, walk: '' };
    return { ...start, ...(select === undefined ? {} : { select }) };
  }
  const token = decode(text);
  if (!token) throw problem(400, 'SyncStateInvalid', 'The sync state is invalid.');
  if (token.kind !== kind || token.folder !== folder || token.mailbox !== mailbox.guid) {
    throw PROBLEMS.foreignDeltaToken();
  }
  if (token.epoch !== world.epoch) {
    const Location = `${request.serviceRoot}/users/${user.id}${place.path}?$deltatoken=`;
    throw problem(410, 'SyncStateNotFound', 'The sync state was made for another state of the mailbox.', { Location });
  }
  return token;
}

interface PageParts {
  readonly place: Place;
  readonly token: ContactToken;
  readonly size: number;
  render(item: OutlookItem): object;
}

/** The first round goes by key, so that what comes or goes meanwhile shifts nothing. */
function walkPage({ world, user }: MailboxContext, { place, token, size, render }: PageParts): Page {
  const rest = world.outlook
    .of(user.id)
    .list(place.kind)
    .filter((item) => isIn(item, place) && item.key > token.walk!)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, size);
  const value = page.map(render);
  const { walk: _walk, ...chain } = token;
  if (rest.length <= size) return { value, isLast: true, token: { ...chain, after: token.startSeq } };
  return { value, isLast: false, token: { ...chain, walk: page.at(-1)!.key } };
}

function isIn(item: OutlookItem, place: Place): boolean {
  return place.folder === '' || item.parent === place.folder;
}

/** Later rounds tell each item that changed once, with its state of now. */
function changesPage(context: MailboxContext, { place, token, size, render }: PageParts): Page {
  const state = context.world.outlook.of(context.user.id);
  const until = token.until ?? state.seq;
  const after = token.after ?? token.startSeq;
  const fresh = state.log.filter(({ seq, kind }) => seq > after && seq <= until && kind === place.kind);
  const last = new Map(fresh.map((entry) => [entry.key, entry.seq]));
  const value: object[] = [];
  let position = after;
  for (const { seq, key, left } of fresh) {
    if (last.get(key) !== seq) continue;
    if (value.length === size) return { value, isLast: false, token: { ...token, after: position, until } };
    position = seq;
    const item = state.get(place.kind, key);
    if (item && isIn(item, place)) value.push(render(item));
    else if (place.folder === '' || left === place.folder) value.push({ id: idOf(context, place, key), '@removed': { reason: 'deleted' } });
  }
  const { until: _until, ...chain } = token;
  return { value, isLast: true, token: { ...chain, after: until } };
}

function idOf({ mailbox, request }: MailboxContext, place: Place, key: string): string {
  return place.kind === 'contact'
    ? contactId(mailbox, { key, folder: place.folder }, request.prefer.immutableIds)
    : contactFolderId(mailbox, key);
}

function encode(token: ContactToken): string {
  return encodeLinkToken(PURPOSE, token);
}

function decode(text: string): ContactToken | undefined {
  return decodeLinkToken(PURPOSE, text) as ContactToken | undefined;
}
