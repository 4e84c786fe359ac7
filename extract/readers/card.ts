import { decodeText } from '../format/decode-text.ts';
import { broken } from '../reading-error.ts';
import { charsetOf } from './plain.ts';
import type { Reader } from './reader.ts';

/** Properties that say nothing to a reader, or that hold pictures and keys. */
const unseen =
  /^(BEGIN|END|VERSION|PRODID|UID|DTSTAMP|METHOD|CALSCALE|SEQUENCE|TZ\w*|RRULE|RDATE|EXDATE|TRANSP|CREATED|LAST-MODIFIED|REV|PHOTO|LOGO|SOUND|KEY|X-[\w-]*|ATTACH|STATUS|CLASS|PRIORITY|TRIGGER|ACTION|DTSTART|DTEND|DURATION)$/;

/** Words of iCalendar and vCard (RFC 5545, RFC 6350): both are lines of `NAME;PARAMETERS:VALUE`, folded. */
export const readCard: Reader = ({ bytes, contentType }, found) => {
  const text = decodeText(bytes, charsetOf(contentType));
  if (text === null) throw broken('The file is said to be text and is not');
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const [, name = '', parameters = '', value = ''] = /^(?:[\w-]+\.)?([\w-]+)((?:;[^:"]*(?:"[^"]*"[^:"]*)*)*):(.*)$/.exec(line) ?? [];
    if (name === '' || unseen.test(name.toUpperCase())) continue;
    const person = /;CN="?([^";]*)/i.exec(parameters)?.[1];
    const said = value
      .replace(/^mailto:/i, '')
      .replaceAll(/\\n/gi, '\n')
      .replaceAll(/\\(.)/g, '$1')
      .replaceAll(';', ' ');
    found.sink.addLine([person, said].filter(Boolean).join(' '));
  }
};
