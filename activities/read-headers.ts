import type { DocumentContent, InternetHeader, Protection } from '../contract/document.ts';
import { protectionOfHeader } from '../contract/protection.ts';
import type { GraphMessage } from '../graph/types.ts';

/** Bounds of what is kept of a message's headers: a mail with more is rare, and nobody's. */
export const headerLimits = { headers: 250, valueCharacters: 4_096, characters: 65_536 } as const;
const mostReferences = 100;
const idCharacters = 1_000;

export type HeaderFields = Pick<DocumentContent, 'headers' | 'headersTruncated' | 'inReplyTo' | 'references' | 'sensitivity'>;

/** What headers say besides themselves. */
export interface ReadHeaders {
  fields: HeaderFields;
  protection: Protection[];
}

/** Outlook's words for the header's (RFC 2156, section 5.3.4), so that mails and events say it alike. */
const sensitivities: Readonly<Record<string, string>> = {
  personal: 'personal',
  private: 'private',
  'company-confidential': 'confidential',
  normal: 'normal',
};

/** Message ids of a References header; of many the nearest, which stand last (RFC 5322, section 3.6.4). */
function referencesIn(value: string): string[] {
  const ids = value.split(/\s+/).filter((id) => id !== '' && id.length <= idCharacters);
  return ids.length > mostReferences ? ids.slice(-mostReferences) : ids;
}

/** Reads all headers of a message in one go; one without headers, such as a draft, says nothing of what they would tell. */
export function readHeaders(given: NonNullable<GraphMessage['internetMessageHeaders']> | null): ReadHeaders {
  const headers: InternetHeader[] = [];
  const fields: HeaderFields = { headers, headersTruncated: false, inReplyTo: null, references: [], sensitivity: null };
  const protection: Protection[] = [];
  let characters = 0;
  for (const { name, value } of given ?? []) {
    if (typeof name !== 'string' || typeof value !== 'string') continue;
    switch (name.toLowerCase()) {
      case 'in-reply-to':
        fields.inReplyTo = value.trim().slice(0, idCharacters) || null;
        break;
      case 'references':
        fields.references = referencesIn(value);
        break;
      case 'sensitivity':
        fields.sensitivity = sensitivities[value.trim().toLowerCase()] ?? null;
        break;
      case 'content-type':
      case 'content-class': {
        const kind = protectionOfHeader(value);
        if (kind !== null) protection.push({ kind, seenIn: 'header' });
        break;
      }
    }
    const kept = value.length > headerLimits.valueCharacters ? value.slice(0, headerLimits.valueCharacters) : value;
    if (kept !== value) fields.headersTruncated = true;
    characters += name.length + kept.length;
    if (headers.length === headerLimits.headers || characters > headerLimits.characters) {
      fields.headersTruncated = true;
      // What stands further down may still be a header that is looked for.
      characters = headerLimits.characters + 1;
      continue;
    }
    headers.push({ name, value: kept });
  }
  return { fields, protection };
}
