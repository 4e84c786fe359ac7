import { createHash } from 'node:crypto';
import { EMPTY_EVENTS, type CalendarBase, type EventContent, type EventSource, type Person, type User } from '../model.ts';
import type { Share, SubscribedCalendar } from './organisation-file.ts';

const DEFAULT_CALENDAR = 'Calendar';

export interface OwnCalendar {
  readonly name: string;
  readonly events: EventSource;
}

export interface CalendarParts {
  readonly calendars: ReadonlyMap<string, readonly OwnCalendar[]>;
  readonly byAddress: ReadonlyMap<string, User>;
  readonly shares: readonly Share[];
  readonly subscribed: readonly SubscribedCalendar[];
}

/** A mailbox's list of calendars: its own, those that are subscribed to, and those that colleagues share. */
export function calendarsOf(user: User, parts: CalendarParts): CalendarBase[] {
  const own = parts.calendars.get(user.id) ?? [];
  const main = own.find((calendar) => calendar.name === DEFAULT_CALENDAR) ?? { name: DEFAULT_CALENDAR, events: EMPTY_EVENTS };
  const mine = [main, ...own.filter((calendar) => calendar !== main)].map((calendar): CalendarBase => {
    const subscription = parts.subscribed.find(({ mailbox, calendar: name }) => name === calendar.name && isNamed(user, mailbox));
    const place = { key: calendarKey(user, calendar.name), name: calendar.name, color: 'auto', events: calendar.events };
    if (subscription && calendar !== main) {
      const owner = subscription.owner === 'none' ? null : personOf(user);
      return { ...place, kind: 'subscribed', isDefault: false, owner, canEdit: false, group: 'other' };
    }
    const permissions = permissionsOf(user, { calendar: calendar.name, parts });
    return { ...place, kind: 'own', isDefault: calendar === main, owner: personOf(user), canEdit: true, group: 'mine', permissions };
  });
  return [...mine, ...sharedWith(user, parts)];
}

function sharedWith(user: User, parts: CalendarParts): CalendarBase[] {
  return parts.shares.flatMap((share): CalendarBase[] => {
    const owner = parts.byAddress.get(share.owner.toLowerCase());
    const isForUser = share.with.some((address) => isNamed(user, address));
    const calendar = owner && parts.calendars.get(owner.id)?.find(({ name }) => name === share.calendar);
    if (!owner || !calendar || !isForUser || owner.id === user.id) return [];
    const calendarOfOwner = calendarKey(owner, share.calendar);
    const place = {
      key: `s${calendarOfOwner}`,
      name: owner.displayName,
      isDefault: false,
      owner: personOf(owner),
      color: 'auto',
      group: 'people',
    };
    if (share.kind === 'oldStyle') return [{ ...place, kind: 'oldStyleShare', canEdit: false, events: EMPTY_EVENTS }];
    const from = { owner: owner.id, calendarKey: calendarOfOwner };
    return [{ ...place, kind: 'shared', share: from, canEdit: share.canEdit ?? false, events: EMPTY_EVENTS }];
  });
}

function permissionsOf(owner: User, of: { calendar: string; parts: CalendarParts }): NonNullable<CalendarBase['permissions']> {
  const shares = of.parts.shares.filter((share) => share.calendar === of.calendar && isNamed(owner, share.owner));
  return shares.flatMap((share) =>
    share.with.flatMap((address) => {
      const user = of.parts.byAddress.get(address.toLowerCase());
      return user && user.id !== owner.id ? [{ ...personOf(user), role: share.canEdit ? ('write' as const) : ('read' as const) }] : [];
    }),
  );
}

function calendarKey(owner: User, name: string): string {
  return createHash('sha1').update(`${owner.id}/${name}`).digest('hex').slice(0, 12);
}

export function eventSource(events: readonly { uid: string; content: EventContent }[]): EventSource {
  const keys = events.map(({ uid }) => `u${createHash('sha1').update(uid).digest('hex').slice(0, 16)}`);
  const indexes = new Map(keys.map((key, index) => [key, index]));
  return {
    count: events.length,
    keyOf: (index) => keys[index]!,
    indexOf: (key) => indexes.get(key) ?? -1,
    load: (index) => events[index]!.content,
  };
}

export function personOf(user: User): Person {
  return { name: user.displayName, address: user.mail ?? user.upn };
}

export function addressesOf(user: User): string[] {
  return [user.upn, ...(user.mail ? [user.mail] : []), ...user.aliases].map((address) => address.toLowerCase());
}

function isNamed(user: User, address: string): boolean {
  return addressesOf(user).includes(address.toLowerCase());
}
