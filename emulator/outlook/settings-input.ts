import { ianaZone } from '../calendar/time-zones.ts';
import { WEEKDAYS } from '../data/weekdays.ts';
import type { JsonObject } from '../http/json-body.ts';
import { problem } from '../http/problem.ts';
import { choiceIn, listIn, objectIn, readProperties, textIn, textOrNullIn, type PropertyReaders } from '../mail/writing/input-values.ts';
import { zonedTimeIn } from '../mail/writing/message-values.ts';
import { languageOf } from './languages.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The settings that a client changes, merged with what the parts of them that it leaves out were before. */
export function settingsIn(fields: JsonObject, before: Settings): Settings {
  const within = (name: string, readers: PropertyReaders<Settings>) => (value: unknown) => {
    const type = `microsoft.graph.${name}`;
    return { [name]: { ...(before[name] as object), ...readProperties<Settings>(objectIn(value), { name: type, readers }) } };
  };
  return readProperties<Settings>(fields, {
    name: 'microsoft.graph.mailboxSettings',
    readers: {
      automaticRepliesSetting: within('automaticRepliesSetting', REPLY_READERS),
      workingHours: within('workingHours', HOURS_READERS),
      timeZone: (value) => ({ timeZone: zoneIn(value) }),
      language: (value) => ({ language: localeIn(value) }),
      dateFormat: (value) => ({ dateFormat: textIn(value) }),
      timeFormat: (value) => ({ timeFormat: textIn(value) }),
      delegateMeetingMessageDeliveryOptions: (value) => ({
        delegateMeetingMessageDeliveryOptions: choiceIn(value, [
          'sendToDelegateAndInformationToPrincipal',
          'sendToDelegateAndPrincipal',
          'sendToDelegateOnly',
        ]),
      }),
    },
    ignored: ['archiveFolder', 'userPurpose'],
  });
}

const REPLY_READERS: PropertyReaders<Settings> = {
  status: (value) => ({ status: choiceIn(value, ['disabled', 'alwaysEnabled', 'scheduled']) }),
  externalAudience: (value) => ({ externalAudience: choiceIn(value, ['none', 'contactsOnly', 'all']) }),
  internalReplyMessage: (value) => ({ internalReplyMessage: textOrNullIn(value) ?? '' }),
  externalReplyMessage: (value) => ({ externalReplyMessage: textOrNullIn(value) ?? '' }),
  scheduledStartDateTime: (value) => ({ scheduledStartDateTime: zonedTimeIn(value) }),
  scheduledEndDateTime: (value) => ({ scheduledEndDateTime: zonedTimeIn(value) }),
};

const HOURS_READERS: PropertyReaders<Settings> = {
  daysOfWeek: (value) => ({ daysOfWeek: listIn(value).map((day) => choiceIn(day, WEEKDAYS)) }),
  startTime: (value) => ({ startTime: timeOfDayIn(value) }),
  endTime: (value) => ({ endTime: timeOfDayIn(value) }),
  timeZone: (value) => ({ timeZone: { name: zoneIn(objectIn(value)['name']) } }),
};

function timeOfDayIn(value: unknown): string {
  const [, time, fraction = ''] = /^((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,7}))?$/.exec(textIn(value)) ?? [];
  if (time === undefined)
    throw problem(400, 'RequestBodyRead', `Cannot convert the literal '${textIn(value)}' to the expected type 'Edm.TimeOfDay'.`);
  return `${time}.${fraction.padEnd(7, '0')}`;
}

function zoneIn(value: unknown): string {
  const zone = textIn(value);
  if (zone !== '' && ianaZone(zone) !== undefined) return zone;
  const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone.slice(0, 100)}'.`;
  throw problem(400, 'TimeZoneNotSupportedException', message);
}

function localeIn(value: unknown): object {
  const { locale } = readProperties<{ locale: string; displayName: string }>(objectIn(value), {
    name: 'microsoft.graph.localeInfo',
    readers: { locale: (given) => ({ locale: textIn(given) }), displayName: () => ({}) },
  });
  const known = languageOf(locale ?? '');
  if (!known) throw problem(400, 'ErrorInvalidArgument', `The locale '${(locale ?? '').slice(0, 100)}' is not supported.`);
  return known;
}
