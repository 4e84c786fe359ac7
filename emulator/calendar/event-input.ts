import type { EventPatch } from '../data/calendar-changes.ts';
import type { Attendee, EventContent, EventLocation } from '../data/model.ts';
import type { JsonObject } from '../http/json-body.ts';
import { PROBLEMS } from '../http/problem.ts';
import {
  asObject, choiceField, flagField, given, invalid, listField, numberField, objectField, textField, textsField,
} from './body-fields.ts'; // prettier-ignore
import { recurrenceOfBody } from './recurrence-input.ts';
import { EVENT_TYPE } from './render-event.ts';
import { checkedZone, momentOfWall } from './time-zones.ts';

const WRITABLE_NAVIGATIONS = ['attachments', 'extensions', 'singleValueExtendedProperties', 'multiValueExtendedProperties'];
const KNOWN: ReadonlySet<string> = new Set([...EVENT_TYPE.properties, ...WRITABLE_NAVIGATIONS]);
const DAY_MS = 86_400_000;
const MOST_DURATION_MS = 5 * 366 * DAY_MS;

/** What a POST or PATCH of an event says; read-only properties are passed over, as Exchange does. Throws its 400. */
export function patchOfBody(
  fields: JsonObject,
  current: Pick<EventContent, 'startMs' | 'endMs' | 'timeZone' | 'isAllDay'> | undefined,
): EventPatch {
  const unknown = Object.keys(fields).find((name) => !KNOWN.has(name) && !name.includes('@'));
  if (unknown !== undefined) {
    const message = `The property '${unknown.slice(0, 200)}' does not exist on type '${EVENT_TYPE.name}'. Make sure to only use property names that are defined by the type or mark the type as open type.`;
    throw PROBLEMS.badBody(message);
  }
  const times = timesOf(fields, current);
  const zone = times.timeZone ?? current?.timeZone ?? 'UTC';
  const recurrence = fields['recurrence'];
  return given({
    ...times,
    ...wordsOf(fields),
    ...placesOf(fields),
    attendees: listField(fields, 'attendees')?.map(attendeeOf),
    recurrence: recurrence === undefined || recurrence === null ? recurrence : recurrenceOfBody(recurrence, zone),
    ...propertiesOf(fields),
  }) as EventPatch;
}

function wordsOf(fields: JsonObject): Partial<Record<keyof EventPatch, unknown>> {
  const body = objectField(fields, 'body');
  return {
    subject: textField(fields, 'subject'),
    body: body && {
      contentType: choiceField(body, 'contentType', ['text', 'html'] as const) ?? 'text',
      content: textField(body, 'content') ?? '',
    },
    importance: choiceField(fields, 'importance', ['low', 'normal', 'high'] as const),
    sensitivity: choiceField(fields, 'sensitivity', ['normal', 'personal', 'private', 'confidential'] as const),
    showAs: choiceField(fields, 'showAs', ['free', 'tentative', 'busy', 'oof', 'workingElsewhere'] as const),
    categories: textsField(fields, 'categories'),
    isReminderOn: flagField(fields, 'isReminderOn'),
    reminderMinutes: numberField(fields, 'reminderMinutesBeforeStart', { least: 0, most: 2_629_800 }),
    responseRequested: flagField(fields, 'responseRequested'),
    allowNewTimeProposals: flagField(fields, 'allowNewTimeProposals'),
    hideAttendees: flagField(fields, 'hideAttendees'),
    transactionId: textField(fields, 'transactionId') || undefined,
    ...onlineOf(fields),
  };
}

/** isOnlineMeeting makes a Teams meeting unless another provider is named; the link itself is made when the event is. */
function onlineOf(fields: JsonObject): Partial<Record<keyof EventPatch, unknown>> {
  const providers = ['unknown', 'teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer'] as const;
  const provider = choiceField(fields, 'onlineMeetingProvider', providers);
  const isOnline = flagField(fields, 'isOnlineMeeting');
  return { onlineMeetingProvider: isOnline && (provider ?? 'unknown') === 'unknown' ? 'teamsForBusiness' : provider };
}

function timesOf(
  fields: JsonObject,
  current: Pick<EventContent, 'startMs' | 'endMs' | 'timeZone' | 'isAllDay'> | undefined,
): Partial<Pick<EventContent, 'startMs' | 'endMs' | 'timeZone' | 'endTimeZone' | 'isAllDay'>> {
  const isAllDay = flagField(fields, 'isAllDay');
  const wholeDays = isAllDay ?? current?.isAllDay ?? false;
  const [start, end] = [timeOf(fields, 'start', wholeDays), timeOf(fields, 'end', wholeDays)];
  if (!current && (!start || !end)) throw invalid("The properties 'start' and 'end' are required.");
  // A new start alone takes the end along, as Outlook does when an event is dragged.
  const startMs = start?.timeMs ?? current!.startMs;
  const endMs = end?.timeMs ?? startMs + (current!.endMs - current!.startMs);
  if (start || end || isAllDay !== undefined) checkTimes({ startMs, endMs, wholeDays });
  const moved = start || end ? { startMs, endMs } : {};
  return { ...moved, ...given({ isAllDay, timeZone: start?.zone, endTimeZone: end?.zone }) };
}

function checkTimes({ startMs, endMs, wholeDays }: { startMs: number; endMs: number; wholeDays: boolean }): void {
  if (endMs < startMs) throw invalid('The end of the event lies before its start.');
  if (endMs - startMs > MOST_DURATION_MS) throw invalid('The event is longer than five years.');
  if (!wholeDays) return;
  if (startMs % DAY_MS !== 0) throw invalid('The Event.Start property for an all-day event needs to be set to midnight.');
  if (endMs % DAY_MS !== 0) throw invalid('The Event.End property for an all-day event needs to be set to midnight.');
  if (endMs === startMs) throw invalid('The duration of an all-day event needs to be at least 24 hours.');
}

/** dateTimeTimeZone; of an all-day event only the date counts, so that it is kept as one. */
function timeOf(fields: JsonObject, name: string, wholeDays: boolean): { timeMs: number; zone: string } | undefined {
  const moment = objectField(fields, name);
  if (!moment) return undefined;
  const text = textField(moment, 'dateTime') ?? '';
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,12})?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  const zone = textField(moment, 'timeZone') || 'UTC';
  const known = checkedZone(zone);
  const wallMs = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`) : Number.NaN;
  if (Number.isNaN(wallMs)) throw PROBLEMS.badBody(`Cannot convert the value of property '${name}/dateTime' to a date and time.`);
  if (Number(text.slice(0, 4)) < 1601) throw invalid(`The property '${name}' lies before what Exchange keeps.`);
  if (found![3]) return { timeMs: Date.parse(`${found![1]}T${found![2]}${found![3]}`), zone };
  return { timeMs: wholeDays ? wallMs : momentOfWall(known, wallMs), zone };
}

const LOCATION_TEXTS = ['displayName', 'locationEmailAddress', 'locationUri', 'uniqueId'] as const;
const LOCATION_TYPES = [
  'default', 'conferenceRoom', 'homeAddress', 'businessAddress', 'geoCoordinates', 'streetAddress', 'hotel', 'restaurant', 'localBusiness', 'postalAddress',
] as const; // prettier-ignore

function placesOf(fields: JsonObject): Partial<Pick<EventContent, 'location' | 'locations'>> {
  const single = fields['location'] === null ? {} : objectField(fields, 'location');
  const list = listField(fields, 'locations')?.map((value) => locationOf(asObject(value, 'locations')));
  const locations = list ?? (single && Object.keys(single).length > 0 ? [locationOf(single)] : single && []);
  if (!locations) return {};
  const name = locations[0]?.['displayName'];
  return { locations: locations.filter((location) => location['displayName'] !== ''), location: typeof name === 'string' ? name : '' };
}

function locationOf(fields: JsonObject): EventLocation {
  const texts = Object.fromEntries(LOCATION_TEXTS.map((name) => [name, textField(fields, name)]));
  const address = objectField(fields, 'address');
  const coordinates = objectField(fields, 'coordinates');
  const addressTexts = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'];
  return given({
    ...{ displayName: '', uniqueIdType: 'unknown', ...given(texts) },
    locationType: choiceField(fields, 'locationType', LOCATION_TYPES) ?? 'default',
    address: address && given(Object.fromEntries(addressTexts.map((name) => [name, textField(address, name)]))),
    coordinates: coordinates && coordinatesOf(coordinates),
  });
}

function coordinatesOf(fields: JsonObject): object {
  const names = ['accuracy', 'altitude', 'altitudeAccuracy', 'latitude', 'longitude'];
  return Object.fromEntries(
    names.flatMap((name) => (typeof fields[name] === 'number' && Number.isFinite(fields[name]) ? [[name, fields[name]]] : [])),
  );
}

function attendeeOf(value: unknown): Attendee {
  const fields = asObject(value, 'attendees');
  const person = objectField(fields, 'emailAddress');
  const address = person && textField(person, 'address');
  if (!address) throw invalid("Each attendee needs an 'emailAddress' with an 'address'.");
  const type = choiceField(fields, 'type', ['required', 'optional', 'resource'] as const) ?? 'required';
  return { name: textField(person, 'name') || address, address, type, response: 'none' };
}

function propertiesOf(fields: JsonObject): Partial<Record<keyof EventPatch, unknown>> {
  const idOf = (value: unknown, name: string) => {
    const property = asObject(value, name);
    const id = textField(property, 'id');
    if (!id) throw invalid(`Each of '${name}' needs an 'id'.`);
    return { property, id };
  };
  const single = listField(fields, 'singleValueExtendedProperties')?.map((value) => {
    const { property, id } = idOf(value, 'singleValueExtendedProperties');
    return { id, value: textField(property, 'value') ?? '' };
  });
  const multi = listField(fields, 'multiValueExtendedProperties')?.map((value) => {
    const { property, id } = idOf(value, 'multiValueExtendedProperties');
    return { id, value: textsField(property, 'value') ?? [] };
  });
  return { singleValues: single, multiValues: multi, extensions: listField(fields, 'extensions')?.map(extensionOfBody) };
}

/** An open extension: its name is its id, and it may hold any property. */
export function extensionOfBody(value: unknown): JsonObject {
  const fields = asObject(value, 'extensions');
  const extensionName = textField(fields, 'extensionName');
  if (!extensionName) throw invalid("An open extension needs an 'extensionName'.");
  const id = `Microsoft.OutlookServices.OpenTypeExtension.${extensionName}`;
  return { ...fields, '@odata.type': '#microsoft.graph.openTypeExtension', id, extensionName };
}
