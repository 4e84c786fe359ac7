import { Type, type TProperties } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * The shapes of Graph's answers as far as Trawl reads them (graph/types.ts), compiled once. Only ids are required:
 * a change can come as the changed fields alone, and null is allowed everywhere.
 */

const optional = <T extends TProperties>(properties: T) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(Type.Union([schema, Type.Null()]))]));

const text = Type.String();
const truth = Type.Boolean();
const id = Type.String({ minLength: 1, maxLength: 4096 });

const EmailAddress = Type.Object(optional({ name: text, address: text }));
const Person = Type.Object(optional({ emailAddress: EmailAddress }));
const People = Type.Array(Person);
const Texts = Type.Array(text);
const DateTime = Type.Object({ dateTime: text, timeZone: text });
const Flag = Type.Object(optional({ flagStatus: text, startDateTime: DateTime, dueDateTime: DateTime, completedDateTime: DateTime }));
const Headers = Type.Array(Type.Object(optional({ name: text, value: text })));
const Place = Type.Object(optional({ displayName: text }));
const Response = Type.Object(optional({ response: text, time: text }));
const Attendees = Type.Array(Type.Object(optional({ emailAddress: EmailAddress, type: text, status: Response })));
const Body = Type.Object(optional({ contentType: text, content: text }));

const userFields = { displayName: text, mail: text, userPrincipalName: text, proxyAddresses: Texts, userType: text, accountEnabled: truth };
const User = Type.Object({ id, ...optional(userFields) });
const Domain = Type.Object({ id, ...optional({ isVerified: truth }) });
const Group = Type.Object({
  id,
  ...optional({ displayName: text, mail: text, mailEnabled: truth, securityEnabled: truth, groupTypes: Texts, visibility: text }),
});
const Member = Type.Object({ id, '@odata.type': text, ...optional({ ...userFields, visibility: text }) });

const Plan = Type.Object(optional({ service: text, capabilityStatus: text }));
const UserHints = Type.Object({ id, ...optional({ userType: text, assignedPlans: Type.Array(Plan), onPremisesSyncEnabled: truth }) });
/** Of those who are tried when a credential is tested. */
const SampledUser = Type.Object({ id, ...optional({ ...userFields, assignedPlans: Type.Array(Plan) }) });
const Named = Type.Object({ id, ...optional({ displayName: text }) });
const MailboxSettings = Type.Object(optional({ userPurpose: text }));
/** An archive's id stands in addresses, so that it must look like one. */
const ExchangeSettings = Type.Object(optional({ inPlaceArchiveMailboxId: Type.String({ pattern: '^MBX:[^/?#\\s]{1,200}$' }) }));

const Folder = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({
    displayName: text,
    parentFolderId: text,
    totalItemCount: Type.Integer(),
    childFolderCount: Type.Integer(),
    isHidden: truth,
  }),
});

const Message = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({ changeKey: text, parentFolderId: text, internetMessageId: text, conversationId: text, conversationIndex: text }),
  ...optional({ subject: text, bodyPreview: text, body: Body, from: Person, sender: Person }),
  ...optional({ toRecipients: People, ccRecipients: People, bccRecipients: People, replyTo: People }),
  ...optional({ createdDateTime: text, lastModifiedDateTime: text, receivedDateTime: text, sentDateTime: text }),
  ...optional({ hasAttachments: truth, importance: text, categories: Texts, isRead: truth, isDraft: truth, webLink: text }),
  ...optional({ flag: Flag, inferenceClassification: text, isReadReceiptRequested: truth, isDeliveryReceiptRequested: truth }),
  ...optional({ internetMessageHeaders: Headers, meetingMessageType: text, startDateTime: DateTime, endDateTime: DateTime }),
  ...optional({ isAllDay: truth, isOutOfDate: truth, location: Place, meetingRequestType: text, responseType: text }),
  ...optional({ event: Type.Object({ id, ...optional({ iCalUId: text, organizer: Person, seriesMasterId: text }) }) }),
});

const Calendar = Type.Object({
  id,
  ...optional({ name: text, isDefaultCalendar: truth, canEdit: truth, owner: Type.Object(optional({ name: text, address: text })) }),
});

const Event = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({ changeKey: text, iCalUId: text, subject: text, bodyPreview: text, body: Body, start: DateTime, end: DateTime }),
  ...optional({ originalStartTimeZone: text, originalEndTimeZone: text, originalStart: text, cancelledOccurrences: Texts }),
  ...optional({ isAllDay: truth, isCancelled: truth, type: text, seriesMasterId: text, showAs: text, responseStatus: Response }),
  ...optional({ isOnlineMeeting: truth, onlineMeetingProvider: text, onlineMeeting: Type.Object(optional({ joinUrl: text })) }),
  ...optional({ location: Place, organizer: Person, attendees: Attendees }),
  ...optional({ importance: text, sensitivity: text, categories: Texts }),
  ...optional({ createdDateTime: text, lastModifiedDateTime: text, webLink: text }),
});

const Attachment = Type.Object({
  id,
  '@odata.type': text,
  ...optional({ name: text, contentType: text, size: Type.Integer(), isInline: truth, contentId: text, contentBytes: text }),
});

const ListedAttachments = Type.Object({
  id,
  ...optional({ changeKey: text, receivedDateTime: text }),
  attachments: Type.Array(Attachment),
});

const Reference = Type.Object({ id, ...optional({ sourceUrl: text, providerType: text }) });

const Page = Type.Object({
  value: Type.Array(Type.Unknown()),
  '@odata.nextLink': Type.Optional(text),
  '@odata.deltaLink': Type.Optional(text),
});

/** Of a thing that only its id is asked of. */
const Identified = Type.Object({ id });

export const shapes = {
  user: Compile(User),
  domain: Compile(Domain),
  group: Compile(Group),
  member: Compile(Member),
  userHints: Compile(UserHints),
  sampledUser: Compile(SampledUser),
  named: Compile(Named),
  mailboxSettings: Compile(MailboxSettings),
  exchangeSettings: Compile(ExchangeSettings),
  folder: Compile(Folder),
  message: Compile(Message),
  calendar: Compile(Calendar),
  event: Compile(Event),
  attachment: Compile(Attachment),
  listedAttachments: Compile(ListedAttachments),
  reference: Compile(Reference),
  page: Compile(Page),
  identified: Compile(Identified),
};

/** A compiled shape: tells whether an answer has it, and where not. */
export interface Shape {
  Check(value: unknown): boolean;
  Errors(value: unknown): { instancePath: string; message: string }[];
}
