import { hash } from 'node:crypto';

/**
 * Ids that carry what they name, so that nothing has to be remembered for them: prefix, mailbox GUID, kind, key and a
 * checksum, in the url-safe base64 that Exchange uses. A wrong checksum is Exchange's "Id is malformed".
 */
export type IdKind =
  | ('folder' | 'message' | 'event' | 'attachment' | 'calendar' | 'calendarGroup')
  | ('contact' | 'contactFolder' | 'conversation' | 'thread' | 'post');

export interface ParsedId {
  readonly kind: IdKind;
  readonly immutable: boolean;
  readonly mailboxGuid: string;
  readonly parts: readonly string[];
}

const KIND_LETTERS: Readonly<Record<IdKind, string>> = {
  folder: 'F',
  message: 'M',
  event: 'E',
  attachment: 'A',
  calendar: 'C',
  calendarGroup: 'G',
  contact: 'P',
  contactFolder: 'D',
  conversation: 'Q',
  thread: 'T',
  post: 'O',
};
const LETTER_KINDS = new Map(Object.entries(KIND_LETTERS).map(([kind, letter]) => [letter, kind as IdKind]));
const CHANGING_PREFIX = Buffer.from([0x00, 0x03, 0x24]);
// Both prefixes are those of real ids: AAMk… and AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A….
const IMMUTABLE_PREFIX = Buffer.from('0009002e00000000001d840311aa6611cd9bc800aa002fc45a0d00', 'hex');
const CHECKSUM_BYTES = 4;

function checksum(bytes: Uint8Array): Buffer {
  return hash('sha1', bytes, 'buffer').subarray(0, CHECKSUM_BYTES);
}

function toText(body: Buffer): string {
  return Buffer.concat([body, checksum(body)])
    .toString('base64')
    .replaceAll('+', '_')
    .replaceAll('/', '-');
}

/** `parts` may hold anything but U+001F. Immutable ids and changing ones of the same item differ in prefix and parts. */
export function makeId(id: ParsedId): string {
  const payload = Buffer.from(KIND_LETTERS[id.kind] + id.parts.join('\u001f'), 'utf8');
  if (id.immutable) {
    return toText(Buffer.concat([IMMUTABLE_PREFIX, Buffer.from(id.mailboxGuid.replaceAll('-', ''), 'hex'), Buffer.from([0]), payload]));
  }
  return toText(Buffer.concat([CHANGING_PREFIX, Buffer.from(id.mailboxGuid, 'latin1'), Buffer.from([0, 0x46, 0]), payload]));
}

/** Undefined when the text is no id of this emulator's. */
export function parseId(text: string): ParsedId | undefined {
  if (!/^[A-Za-z0-9_-]{40,}={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text.replaceAll('_', '+').replaceAll('-', '/'), 'base64');
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!checksum(body).equals(bytes.subarray(-CHECKSUM_BYTES))) return undefined;
  const immutable = body.subarray(0, IMMUTABLE_PREFIX.length).equals(IMMUTABLE_PREFIX);
  const start = immutable ? IMMUTABLE_PREFIX.length + 17 : CHANGING_PREFIX.length + 36 + 3;
  const payload = body.subarray(start).toString('utf8');
  const kind = LETTER_KINDS.get(payload.charAt(0));
  if (kind === undefined) return undefined;
  const mailboxGuid = immutable ? dashed(body.subarray(IMMUTABLE_PREFIX.length, start - 1)) : body.subarray(3, 39).toString('latin1');
  return { kind, immutable, mailboxGuid, parts: payload.slice(1).split('\u001f') };
}

function dashed(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A changeKey as Exchange writes them: CQAAABYAAAC… and a counter that moves with every change of the item. */
export function changeKeyOf(mailboxGuid: string, version: { readonly key: string; readonly sequence: number }): string {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(9, 0);
  bytes.writeUInt32LE(22, 4);
  Buffer.from(mailboxGuid.replaceAll('-', ''), 'hex').copy(bytes, 8);
  hash('sha1', version.key, 'buffer').copy(bytes, 24, 0, 2);
  bytes.writeUInt32BE(version.sequence >>> 0, 26);
  return bytes.toString('base64');
}

/** A conversationId (AAQk…) from whatever the conversation's messages share. */
export function conversationIdOf(mailboxGuid: string, conversation: string): string {
  const digest = hash('sha1', conversation, 'buffer').subarray(0, 16);
  const body = Buffer.concat([Buffer.from([0, 4, 0x24]), Buffer.from(mailboxGuid, 'latin1'), Buffer.from([0, 0x10, 0]), digest]);
  return body.toString('base64').replaceAll('+', '_').replaceAll('/', '-');
}
