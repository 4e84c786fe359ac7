import type { MessageFields, StoredBody } from '../../data/changes.ts';
import type { ExtendedProperty } from '../../data/model.ts';
import { problem } from '../../http/problem.ts';
import { choiceIn, momentIn, objectIn, readProperties, textIn, textOrNullIn, textsIn } from './input-values.ts';

/** Readers of the values that messages are made of. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll('\u0000', '');
}

export function itemBodyIn(value: unknown): StoredBody {
  const read = readProperties<{ contentType: 'html' | 'text'; content: string }>(objectIn(value), {
    name: 'microsoft.graph.itemBody',
    readers: {
      contentType: (given) => ({ contentType: given === null || given === '' ? 'text' : choiceIn(given, ['html', 'text']) }),
      content: (given) => ({ content: (textOrNullIn(given) ?? '').replaceAll('\u0000', '') }),
    },
  });
  return { contentType: read.contentType ?? 'text', content: read.content ?? '' };
}

/** Only headers that begin with x- can be given: learn.microsoft.com/graph/api/resources/internetmessageheader. */
export function headerIn(value: unknown): { name: string; value: string } {
  const { name = '', value: text = '' } = readProperties<{ name: string; value: string }>(objectIn(value), {
    name: 'microsoft.graph.internetMessageHeader',
    readers: { name: (given) => ({ name: textIn(given) }), value: (given) => ({ value: oneLine(textOrNullIn(given) ?? '') }) },
  });
  if (!/^x-[\w-]+$/i.test(name)) {
    throw problem(
      400,
      'InvalidInternetMessageHeader',
      `The internet message header name '${oneLine(name)}' should start with 'x-' or 'X-'.`,
    );
  }
  return { name, value: text };
}

/** A due date needs a start date: learn.microsoft.com/graph/api/resources/followupflag. */
export function flagIn(value: unknown): Pick<MessageFields, 'flag' | 'flagged'> {
  const date = (name: string) => (given: unknown) => (given === null ? {} : { [name]: zonedTimeIn(given) });
  const flag = readProperties<Record<string, unknown>>(objectIn(value), {
    name: 'microsoft.graph.followupFlag',
    readers: {
      flagStatus: (given) => ({ flagStatus: choiceIn(given, ['notFlagged', 'complete', 'flagged']) }),
      startDateTime: date('startDateTime'),
      dueDateTime: date('dueDateTime'),
      completedDateTime: date('completedDateTime'),
    },
  });
  if (flag['dueDateTime'] && !flag['startDateTime']) throw problem(400, 'ErrorInvalidRequest', 'A due date needs a start date.');
  const flagStatus = flag['flagStatus'] ?? 'flagged';
  return { flag: { ...flag, flagStatus }, flagged: flagStatus !== 'notFlagged' };
}

export function zonedTimeIn(value: unknown): { dateTime: string; timeZone: string } {
  const { dateTime, timeZone } = readProperties<{ dateTime: string; timeZone: string }>(objectIn(value), {
    name: 'microsoft.graph.dateTimeTimeZone',
    readers: { dateTime: (given) => ({ dateTime: textIn(given) }), timeZone: (given) => ({ timeZone: textOrNullIn(given) ?? 'UTC' }) },
  });
  momentIn(dateTime);
  return { dateTime: dateTime!, timeZone: timeZone ?? 'UTC' };
}

export function singleValueIn(value: unknown): ExtendedProperty {
  const { id = '', value: text = '' } = readProperties<{ id: string; value: string }>(objectIn(value), {
    name: 'microsoft.graph.singleValueLegacyExtendedProperty',
    readers: { id: (given) => ({ id: textIn(given) }), value: (given) => ({ value: textOrNullIn(given) ?? '' }) },
  });
  return { id, value: text };
}

export function multiValueIn(value: unknown): ExtendedProperty {
  const { id = '', value: texts = [] } = readProperties<{ id: string; value: string[] }>(objectIn(value), {
    name: 'microsoft.graph.multiValueLegacyExtendedProperty',
    readers: { id: (given) => ({ id: textIn(given) }), value: (given) => ({ value: textsIn(given) }) },
  });
  return { id, value: texts };
}
