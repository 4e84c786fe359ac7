import type { AttachmentContent, MeetingContent, MessageContent } from '../model.ts';
import { randomOf, type Random } from '../random.ts';
import type { SeedFolder } from './thread.ts';

const KINDS: readonly MeetingContent['kind'][] = [
  'request',
  'request',
  'request',
  'accepted',
  'tentativelyAccepted',
  'declined',
  'cancelled',
];
const PREFIXES: Readonly<Record<MeetingContent['kind'], string>> = {
  request: '',
  cancelled: 'Canceled: ',
  accepted: 'Accepted: ',
  tentativelyAccepted: 'Tentative: ',
  declined: 'Declined: ',
};

/** One message in forty is about a meeting of the mailbox's own calendar. Draws of its own, so that other words stay. */
export function seedMeeting(folder: SeedFolder, index: number): { subject: string; meeting: MeetingContent } | undefined {
  const random = streamOf(folder, index, 'meeting');
  if (folder.events.count === 0 || !random.chance(0.025)) return undefined;
  const event = folder.events.load(random.below(folder.events.count));
  const kind = random.pick(KINDS);
  const { iCalUId: uid, startMs, endMs, isAllDay, location, recurrence } = event;
  const isOutOfDate = kind === 'request' && random.chance(0.2);
  const meeting = { kind, uid, startMs, endMs, isAllDay, location, recurrence, ...(isOutOfDate ? { isOutOfDate } : {}) };
  return { subject: `${PREFIXES[kind]}${event.subject}`, meeting };
}

/** Now and then an attached event, an attached contact, or a file that lies in OneDrive. */
export function seedOddAttachment(folder: SeedFolder, index: number): AttachmentContent[] {
  const random = streamOf(folder, index, 'odd');
  if (!random.chance(0.015)) return [];
  const kind = random.below(3);
  if (kind === 0) return [referenceOf(random)];
  const person = folder.colleague(random);
  if (kind === 1 || folder.events.count === 0) {
    const [givenName = person.name, ...rest] = person.name.split(' ');
    const phones = { businessPhones: [`+44 20 7946 0${100 + random.below(900)}`], mobilePhone: null };
    const work = { emails: [person], companyName: 'Contoso', jobTitle: null, ...phones };
    const contact = { displayName: person.name, givenName, surname: rest.join(' ') || null, ...work };
    return [{ kind: 'item', name: person.name, message: wordsOf(person.name), contact }];
  }
  const event = folder.events.load(random.below(folder.events.count));
  return [{ kind: 'item', name: event.subject, message: wordsOf(event.subject), event }];
}

function referenceOf(random: Random): AttachmentContent {
  const name = `Plan ${1 + random.below(20)}.xlsx`;
  const sourceUrl = `https://contoso-my.sharepoint.com/personal/documents/${encodeURIComponent(name)}`;
  return {
    kind: 'reference',
    name,
    contentType: null,
    isInline: false,
    size: 300 + sourceUrl.length,
    sourceUrl,
    providerType: 'oneDriveBusiness',
  };
}

/** What stands for the words of an item that is no message. */
function wordsOf(subject: string): MessageContent {
  return {
    ...{ subject, from: null, sender: null, to: [], cc: [], bcc: [], replyTo: [], body: { contentType: 'text', content: '' } },
    ...{ internetMessageId: null, conversation: subject, sentMs: 0, receivedMs: 0, isRead: true, isDraft: false, flagged: false },
    ...{ importance: 'normal', categories: [], headers: [], attachments: [] },
  };
}

function streamOf(folder: SeedFolder, index: number, what: string): Random {
  return randomOf(folder.seed, folder.mailbox.address, folder.folderKey, index, what);
}
