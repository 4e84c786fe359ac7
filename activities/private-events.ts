import type { DocumentContent } from '../contract/document.ts';
import type { PrivateEventPolicy } from '../contract/policy.ts';
import type { DocumentUpsert, DocumentWrite } from '../store/types.ts';
import { contentHash } from './content-hash.ts';

/** What Outlook shows nobody else but its times: events marked private or confidential (learn.microsoft.com/graph/api/resources/event). */
export const isPrivate = (sensitivity: string | null | undefined): boolean =>
  sensitivity?.toLowerCase() === 'private' || sensitivity?.toLowerCase() === 'confidential';

/** Words, people and places of an event, each as nothing: what is stored of them is overwritten. */
const withoutWords: DocumentContent = {
  subject: null,
  preview: null,
  body: null,
  text: null,
  textTruncated: false,
  links: [],
  linksTruncated: false,
  organizer: null,
  attendees: [],
  location: null,
  categories: [],
  importance: null,
  onlineMeeting: null,
  response: null,
  iCalUId: null,
};

/** A private event as busy time: when it is and how it repeats, and nothing of what it is. */
function toBusyOnly(write: DocumentUpsert): DocumentUpsert {
  const content: DocumentContent = { ...write.content, ...withoutWords, busyOnly: true };
  return { ...write, content, contentHash: contentHash(content) };
}

/** The event as the policy lets it be kept; null when it is not to be kept at all. */
export function keptAs(write: DocumentUpsert, policy: PrivateEventPolicy): DocumentUpsert | null {
  if (policy === 'full' || !isPrivate(write.content.sensitivity)) return write;
  return policy === 'none' ? null : toBusyOnly(write);
}

/** Takes the words of a stored event that the policy does not let be kept any more, and its place in the calendar. */
export function forget(graphId: string): DocumentWrite[] {
  const content: DocumentContent = {
    ...withoutWords,
    recurrence: null,
    cancelledOccurrences: [],
    showAs: null,
    webLink: null,
    changeKey: null,
  };
  const blank: DocumentUpsert = { op: 'upsert', kind: 'event', graphId, content, lastModifiedAt: null, whole: false, contentHash: null };
  return [blank, { op: 'gone', graphId }];
}
