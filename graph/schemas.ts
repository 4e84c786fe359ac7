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

const Person = Type.Object(optional({ emailAddress: Type.Object(optional({ name: text, address: text })) }));
const People = Type.Array(Person);
const Texts = Type.Array(text);
const DateTime = Type.Object({ dateTime: text, timeZone: text });
const Body = Type.Object(optional({ contentType: text, content: text }));

const User = Type.Object({
  id,
  ...optional({ displayName: text, mail: text, userPrincipalName: text, proxyAddresses: Texts, userType: text, accountEnabled: truth }),
});

const Folder = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({
    displayName: text,
    parentFolderId: text,
    totalItemCount: Type.Integer(),
    isHidden: truth,
    childFolderCount: Type.Integer(),
  }),
});

const Message = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({ changeKey: text, parentFolderId: text, internetMessageId: text, conversationId: text }),
  ...optional({ subject: text, bodyPreview: text, body: Body, from: Person, sender: Person }),
  ...optional({ toRecipients: People, ccRecipients: People, bccRecipients: People, replyTo: People }),
  ...optional({ createdDateTime: text, lastModifiedDateTime: text, receivedDateTime: text, sentDateTime: text }),
  ...optional({ hasAttachments: truth, importance: text, categories: Texts, isRead: truth, isDraft: truth, webLink: text }),
  ...optional({ flag: Type.Object(optional({ flagStatus: text })) }),
});

const Calendar = Type.Object({
  id,
  ...optional({ name: text, isDefaultCalendar: truth, canEdit: truth, owner: Type.Object(optional({ name: text, address: text })) }),
});

const Event = Type.Object({
  id,
  '@odata.type': Type.Optional(text),
  ...optional({ changeKey: text, iCalUId: text, subject: text, bodyPreview: text, body: Body, start: DateTime, end: DateTime }),
  ...optional({ originalStartTimeZone: text, isAllDay: truth, isCancelled: truth, type: text, seriesMasterId: text }),
  ...optional({ location: Type.Object(optional({ displayName: text })), organizer: Person, attendees: People }),
  ...optional({ importance: text, sensitivity: text, categories: Texts }),
  ...optional({ createdDateTime: text, lastModifiedDateTime: text, webLink: text }),
});

const Attachment = Type.Object({
  id,
  '@odata.type': text,
  ...optional({ name: text, contentType: text, size: Type.Integer(), isInline: truth, contentId: text, contentBytes: text }),
});

const Page = Type.Object({
  value: Type.Array(Type.Unknown()),
  '@odata.nextLink': Type.Optional(text),
  '@odata.deltaLink': Type.Optional(text),
});

/** Of a thing that only its id is asked of. */
const Identified = Type.Object({ id });

export const shapes = {
  user: Compile(User),
  folder: Compile(Folder),
  message: Compile(Message),
  calendar: Compile(Calendar),
  event: Compile(Event),
  attachment: Compile(Attachment),
  page: Compile(Page),
  identified: Compile(Identified),
};

/** A compiled shape: tells whether an answer has it, and where not. */
export interface Shape {
  Check(value: unknown): boolean;
  Errors(value: unknown): { instancePath: string; message: string }[];
}
