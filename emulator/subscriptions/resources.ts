import type { Watched } from '../data/subscription-state.ts';
import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import type { Caller } from '../entra/access.ts';
import { EVENT_TYPE } from '../calendar/render-event.ts';
import { findLibrary } from '../files/find-items.ts';
import { findSite } from '../files/find-sites.ts';
import { findFolder } from '../mail/mail-ids.ts';
import { MESSAGE_TYPE } from '../mail/render-message.ts';
import { checkedFilter, parseSelect } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { parseQuery } from '../http/request.ts';
import { pathSegments } from '../http/router.ts';

interface Kind {
  readonly changeTypes: readonly string[];
  /** Longest life: learn.microsoft.com/graph/api/resources/subscription, table of maximum lifetimes. */
  readonly mostMinutes: number;
  readonly mostMinutesWithData?: number;
  /** A permission to write does not replace the one to read. */
  readonly roles: readonly string[];
  denied(): Error;
}

const OUTLOOK = {
  changeTypes: ['created', 'updated', 'deleted'],
  mostMinutes: 10_080,
  mostMinutesWithData: 1_440,
  denied: PROBLEMS.mailDenied,
};
const DIRECTORY = { changeTypes: ['updated', 'deleted'], mostMinutes: 41_760, denied: PROBLEMS.directoryDenied };
const SHAREPOINT = { changeTypes: ['updated'], mostMinutes: 42_300, denied: PROBLEMS.accessDenied };

export const WATCHED_KINDS: Readonly<Record<Watched['kind'], Kind>> = {
  message: { ...OUTLOOK, roles: ['Mail.Read', 'Mail.ReadBasic.All', 'Mail.ReadBasic'] },
  event: { ...OUTLOOK, roles: ['Calendars.Read'] },
  contact: { ...OUTLOOK, roles: ['Contacts.Read'] },
  user: { ...DIRECTORY, roles: ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] },
  group: { ...DIRECTORY, roles: ['Group.Read.All', 'Group.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] },
  conversation: {
    changeTypes: ['created', 'updated', 'deleted'],
    mostMinutes: 4_230,
    roles: ['Group.Read.All'],
    denied: PROBLEMS.accessDenied,
  },
  drive: { ...SHAREPOINT, roles: ['Files.ReadWrite.All', 'Files.ReadWrite', 'Files.Read.All', 'Files.Read'] },
  list: { ...SHAREPOINT, roles: ['Sites.ReadWrite.All', 'Sites.FullControl.All', 'Sites.Manage.All'] },
};

export function isOutlook(kind: Watched['kind']): boolean {
  return kind === 'message' || kind === 'event' || kind === 'contact';
}

/** What a `resource` names. Throws Graph's 400 for what cannot be watched, 404 for what is not there. */
export function watchedBy(world: World, resource: string, caller: Caller): Watched {
  const at = resource.indexOf('?');
  const path = (at < 0 ? resource : resource.slice(0, at)).replace(/^https:\/\/[^/]+\/(v1\.0|beta)/i, '');
  const segments = pathSegments(mePath(path, caller));
  const watched = outlookResource(world, { segments, caller }) ?? directoryResource(world, segments) ?? documentResource(world, segments);
  if (!watched) throw problem(400, 'InvalidRequest', `The resource '${resource}' is not supported for change notifications.`);
  const query = parseQuery(at < 0 ? '' : resource.slice(at + 1));
  const select = query.get('$select') ?? query.get('select');
  const filter = query.get('$filter') ?? query.get('filter');
  const type = watched.kind === 'event' ? EVENT_TYPE : MESSAGE_TYPE;
  if (filter !== undefined && isOutlook(watched.kind)) checkedFilter(filter, type);
  const names =
    select === undefined
      ? undefined
      : watched.kind === 'message' || watched.kind === 'event'
        ? [...(parseSelect(select, type) ?? [])]
        : select.split(',');
  return { ...watched, ...(names === undefined ? {} : { select: names }), ...(filter === undefined ? {} : { filter }) };
}

function mePath(path: string, caller: Caller): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  if (!/^\/me(\/|$)/i.test(rooted)) return rooted;
  if (caller.userId === undefined) throw PROBLEMS.meWithoutPerson();
  return `/users/${caller.userId}${rooted.slice('/me'.length)}`;
}

function outlookResource(world: World, of: { segments: readonly string[]; caller: Caller }): Watched | undefined {
  const { segments, caller } = of;
  const words = segments.map((segment, index) => (index === 1 || index === 3 ? '*' : segment.toLowerCase())).join('/');
  const whole = /^users\/\*\/(message|event|contact)s$/.exec(words)?.[1] as 'message' | 'event' | 'contact' | undefined;
  const inFolder = words === 'users/*/mailfolders/*/messages';
  const inContactFolder = words === 'users/*/contactfolders/*/contacts';
  if (!whole && !inFolder && !inContactFolder) return undefined;
  const user = mailboxUser(world, segments[1]!, caller);
  if (inFolder) return { kind: 'message', owner: user.id, folder: findFolder(world.mailbox(user)!, segments[3]!).key };
  if (inContactFolder) return { kind: 'contact', owner: user.id, folder: segments[3]! };
  return { kind: whole!, owner: user.id };
}

/** A person may watch their own mailbox only: learn.microsoft.com/graph/outlook-change-notifications-overview. */
function mailboxUser(world: World, name: string, caller: Caller): User {
  const user = world.findUser(name);
  if (!user) throw name.includes('@') ? PROBLEMS.invalidUser(name) : PROBLEMS.noSuchObject(name);
  if (!world.mailbox(user)) throw PROBLEMS.noMailbox();
  if (caller.userId !== undefined && caller.userId !== user.id) throw PROBLEMS.mailDenied();
  return user;
}

function directoryResource(world: World, segments: readonly string[]): Watched | undefined {
  const [set, id, below, ...rest] = segments;
  const kind = /^(user|group)s$/i.exec(set ?? '')?.[1]?.toLowerCase() as 'user' | 'group' | undefined;
  if (kind === undefined || rest.length > 0) return undefined;
  if (id === undefined) return { kind };
  if (below === undefined) {
    const user = kind === 'user' ? world.findUser(id) : undefined;
    if (kind === 'user' && !user) throw PROBLEMS.noSuchObject(id);
    return { kind, owner: user?.id ?? id.toLowerCase() };
  }
  return kind === 'group' && /^(conversations|threads)$/i.test(below) ? { kind: 'conversation', owner: id.toLowerCase() } : undefined;
}

/** Of a library its root can be watched, of a site a list. */
function documentResource(world: World, segments: readonly string[]): Watched | undefined {
  const [set, id, below, item, ...rest] = segments;
  if (id === undefined || rest.length > 0) return undefined;
  if (/^drives$/i.test(set!) && /^items$/i.test(below ?? '') && /^root$/i.test(item ?? '')) {
    const { owner } = findLibrary(world, id).site;
    return { kind: 'drive', owner: `${owner.kind}:${owner.key}` };
  }
  if (!/^sites$/i.test(set!) || !/^lists$/i.test(below ?? '') || item === undefined) return undefined;
  const site = findSite(world, id);
  return { kind: 'list', owner: `${site.owner.kind}:${site.owner.key}`, folder: item };
}
