import type { Recurrence } from '../data/model.ts';
import { WEEKDAYS } from '../data/weekdays.ts';
import type { JsonObject } from '../http/json-body.ts';
import { asObject, choiceField, invalid, numberField, objectField, textField, textsField } from './body-fields.ts';
import { dayOfDate } from './recurrence.ts';
import { checkedZone } from './time-zones.ts';

const TYPES = ['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const;
const NO_DATE = '0001-01-01';
/** What Outlook takes; Microsoft's pages name no limit. */
const MOST_INTERVAL = 999;
const MOST_OCCURRENCES = 999;

/** patternedRecurrence as Exchange keeps it, with all its properties. Throws its 400. */
export function recurrenceOfBody(value: unknown, eventZone: string): Recurrence {
  const fields = asObject(value, 'recurrence');
  const [pattern, range] = [objectField(fields, 'pattern'), objectField(fields, 'range')];
  if (!pattern || !range) throw invalid("The property 'recurrence' needs a pattern and a range.");
  return { pattern: patternOf(pattern), range: rangeOf(range, eventZone) };
}

function patternOf(fields: JsonObject): Recurrence['pattern'] {
  const type = choiceField(fields, 'type', TYPES);
  if (!type) throw invalid("The property 'recurrence/pattern/type' is required.");
  const interval = numberField(fields, 'interval', { least: 1, most: MOST_INTERVAL });
  if (interval === undefined) throw invalid("The property 'recurrence/pattern/interval' is required.");
  const needsDays = type === 'weekly' || type.startsWith('relative');
  const days = (textsField(fields, 'daysOfWeek') ?? []).map((day) => choiceField({ daysOfWeek: day }, 'daysOfWeek', WEEKDAYS)!);
  if (needsDays && days.length === 0) throw invalid(`The property 'recurrence/pattern/daysOfWeek' is required for ${type}.`);
  const dayOfMonth = numberField(fields, 'dayOfMonth', { least: type.startsWith('absolute') ? 1 : 0, most: 31 });
  if (type.startsWith('absolute') && dayOfMonth === undefined)
    throw invalid(`The property 'recurrence/pattern/dayOfMonth' is required for ${type}.`);
  const month = numberField(fields, 'month', { least: type.endsWith('Yearly') ? 1 : 0, most: 12 });
  if (type.endsWith('Yearly') && month === undefined) throw invalid(`The property 'recurrence/pattern/month' is required for ${type}.`);
  return {
    ...{ type, interval, month: type.endsWith('Yearly') ? month : 0, dayOfMonth: type.startsWith('absolute') ? dayOfMonth : 0 },
    ...(needsDays ? { daysOfWeek: [...new Set(days)] } : {}),
    firstDayOfWeek: choiceField(fields, 'firstDayOfWeek', WEEKDAYS) ?? 'sunday',
    index: choiceField(fields, 'index', INDEXES) ?? 'first',
  };
}

function rangeOf(fields: JsonObject, eventZone: string): Recurrence['range'] {
  const type = choiceField(fields, 'type', ['endDate', 'noEnd', 'numbered'] as const);
  if (!type) throw invalid("The property 'recurrence/range/type' is required.");
  const startDate = dateOf(fields, 'startDate');
  if (startDate === undefined) throw invalid("The property 'recurrence/range/startDate' is required.");
  const endDate = type === 'endDate' ? dateOf(fields, 'endDate') : NO_DATE;
  if (endDate === undefined) throw invalid("The property 'recurrence/range/endDate' is required for endDate.");
  if (type === 'endDate' && endDate < startDate) throw invalid('The series ends before it starts.');
  const isNumbered = type === 'numbered';
  const numberOfOccurrences = numberField(fields, 'numberOfOccurrences', { least: isNumbered ? 1 : 0, most: MOST_OCCURRENCES });
  if (isNumbered && numberOfOccurrences === undefined)
    throw invalid("The property 'recurrence/range/numberOfOccurrences' is required for numbered.");
  const recurrenceTimeZone = textField(fields, 'recurrenceTimeZone') || eventZone;
  checkedZone(recurrenceTimeZone);
  return { type, startDate, endDate, recurrenceTimeZone, numberOfOccurrences: isNumbered ? numberOfOccurrences : 0 };
}

function dateOf(fields: JsonObject, name: string): string | undefined {
  const text = textField(fields, name);
  if (text === undefined || text === '') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || dayOfDate(text) === undefined) throw invalid(`The property '${name}' must be a date.`);
  return text;
}
