import { crawlIdExample, datasetIdExample, mailboxIdExample, sourceIdExample, timeExample } from './examples.ts';

const anna = { name: 'Anna Berg', address: 'anna@contoso.example' };
const bert = { name: 'Bert Fuchs', address: 'bert@contoso.example' };
const graphId = 'AAkALgAAAAAAHYQDEapmEc2byACqAC';

/** A mail as lists show it. */
export const summaryExample = {
  ...{ id: `${sourceIdExample}:${mailboxIdExample}:${graphId}`, kind: 'message', sourceId: sourceIdExample, sourceDeletedAt: null },
  ...{ datasetId: datasetIdExample, mailboxId: mailboxIdExample, country: 'DE', folderPath: 'Inbox/Projects' },
  ...{ subject: 'Budget for the second quarter', from: anna, to: [bert], organizer: null, preview: 'The figures of March are in' },
  ...{ sentAt: timeExample, receivedAt: timeExample, startAt: null, endAt: null, hasAttachments: false },
  webLink: `https://outlook.office365.com/owa/?ItemID=${graphId}&exvsurl=1&viewmodel=ReadMessageItem`,
  ...{ parentId: null, attachment: null, removal: null },
};

const eventFields = {
  ...{ iCalUId: null, timeZone: null, allDay: false, eventType: null, seriesMasterId: null, location: null, cancelled: false },
  ...{ attendees: [], endTimeZone: null, originalStartAt: null, cancelledOccurrences: [], recurrence: null, showAs: null, response: null },
  ...{ onlineMeeting: null, busyOnly: false, meeting: null },
};

const mailFields = {
  ...{ graphId, internetMessageId: '<0c1d@contoso.example>', conversationId: 'AAQkADk0', conversationIndex: null, inReplyTo: null },
  ...{ references: [], sender: anna, cc: [], bcc: [], replyTo: [], importance: 'normal', sensitivity: 'normal', categories: [] },
  ...{ read: true, draft: false, flag: 'notFlagged', flagStartAt: null, flagDueAt: null, flagCompletedAt: null },
  ...{ inferenceClassification: 'focused', readReceiptRequested: false, deliveryReceiptRequested: false },
  ...{ links: [], linksTruncated: false, headers: [{ name: 'X-Mailer', value: 'Contoso Mail' }], headersTruncated: false, protection: [] },
};

/** The same mail as it is answered alone. */
export const documentExample = {
  ...summaryExample,
  ...eventFields,
  ...mailFields,
  body: { contentType: 'text', content: 'The figures of March are in the usual place.', bytes: 44 },
  ...{ text: 'The figures of March are in the usual place.', textTruncated: false, attachments: [] },
  ...{ size: { bytes: 44, of: 'parts' }, mime: null, crawlId: crawlIdExample },
  ...{ firstSeenAt: timeExample, lastSeenAt: timeExample, lastModifiedAt: timeExample },
};
