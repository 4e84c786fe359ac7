import { randomBytes } from 'node:crypto';
import { eventId } from '../calendar/calendar-ids.ts';
import { renderEvent } from '../calendar/render-event.ts';
import type { Change, DriveChange, MailboxChange } from '../data/changes.ts';
import { subtree } from '../data/folder-state.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { Subscription } from '../data/subscription-state.ts';
import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { parseFilter, passes } from '../http/filter.ts';
import { parsePrefer } from '../http/request.ts';
import { messageId } from '../mail/mail-ids.ts';
import { renderMessage } from '../mail/render-message.ts';
import { encrypted } from './encryption.ts';

export interface Notice {
  readonly subscription: Subscription;
  readonly body: object;
}

type ChangeType = 'created' | 'updated' | 'deleted';

/** One thing that happened to one item, as those hear of it who watch. */
interface Happening {
  readonly changeType: ChangeType;
  readonly watchers: readonly Subscription[];
  /** Path, id and the entity itself, as this watcher is to see them. */
  describe(subscription: Subscription): Described | undefined;
}

interface Described {
  readonly resource: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly entity?: Readonly<Record<string, unknown>>;
}

/** Looks at a change before it is applied; the notices are made when what it returns is called, after it was. */
export function noticesOf(world: World, change: Change): (() => readonly Notice[]) | undefined {
  const nowMs = world.clock.nowMs();
  const active = world.subscriptions.all().filter(({ expiresMs }) => expiresMs > nowMs);
  if (active.length === 0) return undefined;
  const happenings = happeningsOf(world, { change, active });
  return happenings && (() => happenings().flatMap((happening) => noticesFor(world, happening)));
}

function noticesFor(world: World, happening: Happening): Notice[] {
  return happening.watchers.flatMap((subscription): Notice[] => {
    if (!subscription.changeTypes.includes(happening.changeType)) return [];
    const described = happening.describe(subscription);
    if (!described) return [];
    const { resource, data, entity } = described;
    const { encryptionCertificate: certificate, encryptionCertificateId: certificateId } = subscription;
    const content =
      subscription.includeResourceData && entity && certificate !== null && certificateId !== null
        ? { encryptedContent: encrypted(entity, { certificate, certificateId }) }
        : {};
    const body = {
      ...{ id: randomBytes(9).toString('base64url'), subscriptionId: subscription.id },
      ...{ subscriptionExpirationDateTime: new Date(subscription.expiresMs).toISOString(), clientState: subscription.clientState },
      ...{ changeType: happening.changeType, resource, tenantId: world.tenant.id, resourceData: data, ...content },
    };
    return [{ subscription, body }];
  });
}

function happeningsOf(world: World, of: { change: Change; active: readonly Subscription[] }): (() => readonly Happening[]) | undefined {
  const { change, active } = of;
  if ('drive' in change) return () => driveHappenings({ change, active });
  if ('mailbox' in change) {
    const user = world.findUser(change.mailbox);
    const mailbox = user && world.mailbox(user);
    const watchers = active.filter(({ watched }) => watched.owner === user?.id);
    if (!user || !mailbox || watchers.length === 0) return undefined;
    if (change.op.startsWith('event.')) return eventHappenings({ world, user, mailbox, watchers }, change as EventChange);
    return messageHappenings({ world, user, mailbox, watchers }, change);
  }
  return directoryHappenings(world, { change, active });
}

interface MailboxParts {
  readonly world: World;
  readonly user: User;
  readonly mailbox: MailboxState;
  readonly watchers: readonly Subscription[];
}

type EventChange = Extract<MailboxChange, { op: `event.${string}` }>;

function messageHappenings(parts: MailboxParts, change: MailboxChange): (() => readonly Happening[]) | undefined {
  const { mailbox } = parts;
  const watchers = parts.watchers.filter(({ watched }) => watched.kind === 'message');
  if (watchers.length === 0) return undefined;
  const whole = watchers.filter(({ watched }) => watched.folder === undefined);
  const inFolder = (key: string) => watchers.filter(({ watched }) => watched.folder === key);
  const happening = (changeType: ChangeType, of: { item: ItemView; watchers: readonly Subscription[] }): Happening => ({
    ...{ changeType, watchers: of.watchers },
    describe: (subscription) => describeMessage(parts, { item: of.item, subscription, isGone: changeType === 'deleted' }),
  });
  if (change.op === 'folder.delete') {
    const items = subtree(mailbox.folders, change.key).flatMap((key) => itemsOf(mailbox, key));
    return () => items.map((item) => happening('deleted', { item, watchers: [...whole, ...inFolder(item.folderKey)] }));
  }
  if (!('key' in change) || !change.op.startsWith('message.')) return undefined;
  const before = mailbox.item(change.key);
  return () => {
    const after = mailbox.item(change.key);
    const gone =
      before && before.folderKey !== after?.folderKey ? [happening('deleted', { item: before, watchers: inFolder(before.folderKey) })] : [];
    if (!after) return before ? [...gone, happening('deleted', { item: before, watchers: whole })] : [];
    if (!before) return [happening('created', { item: after, watchers: [...whole, ...inFolder(after.folderKey)] })];
    if (before.folderKey === after.folderKey)
      return [happening('updated', { item: after, watchers: [...whole, ...inFolder(after.folderKey)] })];
    return [
      ...gone,
      happening('created', { item: after, watchers: inFolder(after.folderKey) }),
      happening('updated', { item: after, watchers: whole }),
    ];
  };
}

function itemsOf(mailbox: MailboxState, folderKey: string): ItemView[] {
  const folder = mailbox.folders.get(folderKey);
  if (!folder || folder.search) return [];
  const view = mailbox.view(folder);
  return Array.from({ length: view.count }, (_, position) => mailbox.item(view.keyAt(position))!);
}

function preferOf(subscription: Subscription) {
  return parsePrefer(subscription.immutableIds ? 'IdType="ImmutableId"' : undefined);
}

function describeMessage(
  { world, user, mailbox }: MailboxParts,
  of: { item: ItemView; subscription: Subscription; isGone: boolean },
): Described | undefined {
  const { item, subscription, isGone } = of;
  const { select, filter } = subscription.watched;
  const prefer = preferOf(subscription);
  if (filter !== undefined && !isGone && !passes(parseFilter(filter), renderMessage(mailbox, item, { prefer, selected: undefined })))
    return undefined;
  const id = messageId(mailbox, item, subscription.immutableIds);
  const etag = changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq });
  return {
    ...outlookItem({ world, user, id, etag }, { set: 'Messages', type: '#Microsoft.Graph.Message' }),
    ...(isGone || !subscription.includeResourceData
      ? {}
      : { entity: renderMessage(mailbox, item, { prefer, selected: select && new Set(select) }) }),
  };
}

function outlookItem(of: { world: World; user: User; id: string; etag: string }, as: { set: string; type: string }): Described {
  const owner = `${of.user.id}@${of.world.tenant.id}`;
  return {
    resource: `users/${owner}/${as.set.toLowerCase()}/${of.id}`,
    data: { '@odata.type': as.type, '@odata.id': `Users/${owner}/${as.set}/${of.id}`, '@odata.etag': `W/"${of.etag}"`, id: of.id },
  };
}

function eventHappenings(parts: MailboxParts, change: EventChange): (() => readonly Happening[]) | undefined {
  const { world, user, mailbox } = parts;
  const watchers = parts.watchers.filter(({ watched }) => watched.kind === 'event');
  // A user's events are those of the default calendar: learn.microsoft.com/graph/api/user-list-events.
  if (watchers.length === 0 || !mailbox.calendars.get(change.calendar)?.isDefault) return undefined;
  const before = mailbox.calendars.event(change.calendar, change.key);
  const changeType: ChangeType = change.op === 'event.add' ? 'created' : change.op === 'event.delete' ? 'deleted' : 'updated';
  const describe = (subscription: Subscription): Described | undefined => {
    const event = mailbox.calendars.event(change.calendar, change.key) ?? before;
    if (!event) return undefined;
    const id = eventId(mailbox, event, subscription.immutableIds);
    const etag = changeKeyOf(mailbox.guid, { key: `${event.calendarKey}/${event.key}`, sequence: event.changedSeq });
    const { select } = subscription.watched;
    const entity = () => renderEvent(mailbox, event, { prefer: preferOf(subscription), selected: select && new Set(select) });
    return {
      ...outlookItem({ world, user, id, etag }, { set: 'Events', type: '#Microsoft.Graph.Event' }),
      ...(changeType === 'deleted' || !subscription.includeResourceData ? {} : { entity: entity() }),
    };
  };
  return () => [{ changeType, watchers, describe }];
}

/** A new user is told as an updated one: learn.microsoft.com/graph/change-notifications-overview. */
function directoryHappenings(
  world: World,
  of: { change: Change; active: readonly Subscription[] },
): (() => readonly Happening[]) | undefined {
  const { change, active } = of;
  const [subject, verb] = change.op.split('.') as [string, string];
  if (!['user', 'group', 'object'].includes(subject)) return undefined;
  const entity = change as {
    readonly user?: { readonly id: string };
    readonly group?: { readonly id: string };
    readonly userId?: string;
    readonly groupId?: string;
    readonly id?: string;
  };
  const id = entity.user?.id ?? entity.group?.id ?? entity.userId ?? entity.groupId ?? entity.id;
  if (id === undefined) return undefined;
  const isUser = subject === 'user' || (subject === 'object' && world.findUser(id) !== undefined);
  const kind = isUser ? 'user' : 'group';
  const watchers = active.filter(({ watched }) => watched.kind === kind && (watched.owner === undefined || watched.owner === id));
  const set = kind === 'user' ? 'Users' : 'Groups';
  const type = kind === 'user' ? '#Microsoft.Graph.User' : '#Microsoft.Graph.Group';
  const data = { '@odata.type': type, '@odata.id': `${set}/${id}`, id, organizationId: world.tenant.id };
  const changeType: ChangeType = verb === 'remove' || verb === 'delete' ? 'deleted' : 'updated';
  return () => [{ changeType, watchers, describe: () => ({ resource: `${set}/${id}`, data }) }];
}

/** What changed in a library is not told; delta says it. */
function driveHappenings(of: { change: DriveChange; active: readonly Subscription[] }): readonly Happening[] {
  if (of.change.op === 'drive.expire') return [];
  const watchers = of.active.filter(
    ({ watched }) => watched.owner === of.change.drive && (watched.kind === 'drive' || watched.kind === 'list'),
  );
  const describe = (subscription: Subscription) => ({
    resource: subscription.resource,
    data: { '@odata.type': subscription.watched.kind === 'drive' ? '#Microsoft.Graph.DriveItem' : '#Microsoft.Graph.ListItem' },
  });
  return [{ changeType: 'updated', watchers, describe }];
}
