import type { Random } from '../../crawl/world/random.ts';
import type { Tenant } from '../tenant.ts';

/** People who work in their mailboxes while these are crawled. */
export interface TenantWriter {
  /** Makes one change, by the seed. */
  write(): Promise<void>;
  /** How often each kind of change was made. */
  readonly made: ReadonlyMap<string, number>;
}

interface Desk {
  mailboxId: string;
  messages: { id: string; folder: string }[];
  /** Messages with images in their bodies: another body would leave images that nothing tells of. */
  illustrated: Set<string>;
  /** Folders that were made meanwhile: their ids, with the folder that each is in. */
  folders: Map<string, string>;
  events: string[];
}

type Change = (desk: Desk) => Promise<void>;

const wellKnown = ['inbox', 'archive', 'sentitems', 'deleteditems'] as const;
const day = 86_400_000;

function takeOne<T>(random: Random, from: T[]): T | undefined {
  return from.length === 0 ? undefined : from.splice(random.below(from.length), 1)[0];
}

/** Messages are known by what the truth says now, and from then on by what is done here. */
async function openDesk(tenant: Tenant, mailboxId: string): Promise<Desk> {
  const items = await tenant.truth(mailboxId);
  const messages = items.filter((item) => item.kind === 'message' && !item.hidden);
  const illustrated = items.flatMap((item) => (item.isInline && item.parentId !== undefined ? [item.parentId] : []));
  return {
    mailboxId,
    messages: messages.map((item) => ({ id: item.id, folder: item.folderId })),
    illustrated: new Set(illustrated),
    folders: new Map(),
    events: [],
  };
}

/** Opens the mailboxes; whoever is away meanwhile must not be among them. */
export async function createTenantWriter(
  tenant: Tenant,
  { random, mailboxIds }: { random: Random; mailboxIds: readonly string[] },
): Promise<TenantWriter> {
  const desks: Desk[] = [];
  for (const mailboxId of mailboxIds) desks.push(await openDesk(tenant, mailboxId));
  const made = new Map<string, number>();
  const changes = [...messageChanges(tenant, random), ...folderChanges(tenant, random), ...eventChanges(tenant, random)];
  const bag = changes.flatMap(({ weight, ...change }) => Array.from({ length: weight }, () => change));
  return {
    made,
    async write() {
      const { what, make } = random.pick(bag);
      await make(random.pick(desks));
      made.set(what, (made.get(what) ?? 0) + 1);
    },
  };
}

interface Weighted {
  what: string;
  weight: number;
  make: Change;
}

const below = ({ mailboxId }: Desk): string => `/mailboxes/${mailboxId}`;

function messageChanges(tenant: Tenant, random: Random): Weighted[] {
  let number = 0;
  const file = () => ({ name: `note-${number}.txt`, contentBytes: Buffer.from(`File ${number}`).toString('base64') });
  const add: Change = async (desk) => {
    number += 1;
    const folder = random.pick([...wellKnown, ...desk.folders.keys()]);
    const attachments = random.next() < 0.3 ? [file()] : [];
    const message = { folder, subject: `Storm ${number}`, body: `Words ${number}`, attachments };
    const { id } = await tenant.control<{ id: string }>('POST', `${below(desk)}/messages`, message);
    desk.messages.push({ id, folder });
  };
  const edit =
    (words: (illustrated: boolean) => object): Change =>
    async (desk) => {
      if (desk.messages.length === 0) return;
      const { id } = random.pick(desk.messages);
      await tenant.control('PATCH', `${below(desk)}/messages/${id}`, words(desk.illustrated.has(id)));
    };
  const move: Change = async (desk) => {
    const message = takeOne(random, desk.messages);
    if (message === undefined) return;
    const folder = random.pick([...wellKnown, ...desk.folders.keys()]);
    await tenant.control('POST', `${below(desk)}/messages/${message.id}/move`, { folder });
    desk.messages.push({ ...message, folder });
  };
  const remove =
    (query: string): Change =>
    async (desk) => {
      const message = takeOne(random, desk.messages);
      if (message !== undefined) await tenant.control('DELETE', `${below(desk)}/messages/${message.id}${query}`);
    };
  const renumbered = () => (number += 1);
  return [
    { what: 'message added', weight: 8, make: add },
    {
      what: 'message edited',
      weight: 4,
      make: edit((illustrated) => ({ subject: `Edited ${renumbered()}`, ...(illustrated ? {} : { body: `Other words ${number}` }) })),
    },
    { what: 'message read', weight: 3, make: edit(() => ({ isRead: random.next() < 0.5 })) },
    { what: 'message flagged', weight: 2, make: edit(() => ({ flagged: random.next() < 0.5, categories: ['Red'] })) },
    { what: 'message moved', weight: 6, make: move },
    { what: 'message deleted', weight: 2, make: remove('') },
    { what: 'message deleted for good', weight: 3, make: remove('?hard=true') },
  ];
}

/** A folder that goes for good takes along what is in it, and the folders below it. */
function forgetFolder(desk: Desk, id: string): void {
  desk.folders.delete(id);
  desk.messages = desk.messages.filter((message) => message.folder !== id);
  for (const [inner, parent] of desk.folders) if (parent === id) forgetFolder(desk, inner);
}

function folderChanges(tenant: Tenant, random: Random): Weighted[] {
  let number = 0;
  const add: Change = async (desk) => {
    number += 1;
    const parent = random.pick(['', 'inbox', ...desk.folders.keys()]);
    const folder = { displayName: `Folder ${number}`, ...(parent === '' ? {} : { parent }) };
    desk.folders.set((await tenant.control<{ id: string }>('POST', `${below(desk)}/folders`, folder)).id, parent);
  };
  const rename: Change = async (desk) => {
    if (desk.folders.size === 0) return add(desk);
    number += 1;
    const change = { displayName: `Renamed / ${number}` };
    await tenant.control('PATCH', `${below(desk)}/folders/${random.pick([...desk.folders.keys()])}`, change);
  };
  const remove: Change = async (desk) => {
    if (desk.folders.size < 2) return add(desk);
    const id = random.pick([...desk.folders.keys()]);
    await tenant.control('DELETE', `${below(desk)}/folders/${id}?hard=true`);
    forgetFolder(desk, id);
  };
  return [
    { what: 'folder added', weight: 2, make: add },
    { what: 'folder renamed', weight: 2, make: rename },
    { what: 'folder deleted for good', weight: 1, make: remove },
  ];
}

function eventChanges(tenant: Tenant, random: Random): Weighted[] {
  let number = 0;
  const times = () => {
    const startMs = Date.UTC(2026, 10, 2, 9) + random.below(60) * day;
    return { start: new Date(startMs).toISOString(), end: new Date(startMs + 3_600_000).toISOString() };
  };
  const add: Change = async (desk) => {
    number += 1;
    const event = { subject: `Meeting ${number}`, body: 'Agenda', ...times() };
    desk.events.push((await tenant.control<{ id: string }>('POST', `${below(desk)}/calendars/default/events`, event)).id);
  };
  const edit: Change = async (desk) => {
    if (desk.events.length === 0) return add(desk);
    number += 1;
    await tenant.control('PATCH', `${below(desk)}/events/${random.pick(desk.events)}`, { subject: `Later ${number}`, ...times() });
  };
  const remove: Change = async (desk) => {
    const id = takeOne(random, desk.events);
    if (id === undefined) return add(desk);
    await tenant.control('DELETE', `${below(desk)}/events/${id}`);
  };
  return [
    { what: 'event added', weight: 2, make: add },
    { what: 'event changed', weight: 2, make: edit },
    { what: 'event deleted', weight: 1, make: remove },
  ];
}
