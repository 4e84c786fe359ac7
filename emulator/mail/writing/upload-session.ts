import { wholeSeconds } from '../../data/clock.ts';
import type { Blobs } from '../../data/blobs.ts';
import { decodedText } from '../../data/decoded-text.ts';
import { receivedBytes, type UploadSession } from '../../data/upload-state.ts';
import type { World } from '../../data/world.ts';
import type { Answer } from '../../http/answer.ts';
import type { PlainRequest } from '../../http/plain-request.ts';
import { problem } from '../../http/problem.ts';
import { attachmentId, messageId } from '../mail-ids.ts';
import { newAttachmentKey } from './attachment-input.ts';
import { withOneMore } from './stored-message.ts';

interface SessionPlace {
  readonly origin: string;
  readonly tenantId: string;
  readonly messageId: string;
}

/** The session's URL needs no Authorization: learn.microsoft.com/graph/outlook-large-attachments. */
export function sessionBody(session: UploadSession, place: SessionPlace): object {
  const at = `${place.origin}/api/v2.0/Users('${session.userId}@${place.tenantId}')/Messages('${place.messageId}')`;
  const uploadUrl = `${at}/AttachmentSessions('${session.key}')?authtoken=${session.key}`;
  return { uploadUrl, expirationDateTime: expiryOf(session), nextExpectedRanges: ['0-'] };
}

/**
 * Outlook itself answers here, not Graph: its own context, a capital E, and the next byte without a dash, as step 2 of
 * learn.microsoft.com/graph/outlook-large-attachments shows.
 */
function progressOf(request: PlainRequest, session: UploadSession): object {
  const [, version, path] = PLACE.exec(decodedText(request.path))!;
  const place = path!.replaceAll(/'([^']*)'/g, (_, id: string) => `'${encodeURIComponent(id)}'`);
  return {
    '@odata.context': `${request.origin}/api/${version}/$metadata#${place}/AttachmentSessions/$entity`,
    ExpirationDateTime: expiryOf(session),
    nextExpectedRanges: [String(receivedBytes(session))],
  };
}

function expiryOf(session: UploadSession): string {
  return new Date(session.expiresMs).toISOString().replace('Z', '0000Z');
}

const PLACE = /^\/api\/(v2\.0|beta)\/(Users\('[^']*'\)\/Messages\('[^']*'\))\/AttachmentSessions\('([\w-]+)'\)$/i;
const LARGEST_PART_BYTES = 4 * 1024 * 1024;

/** Answers for a session's URL; undefined where the path is none. Throws Exchange's refusals. */
export function createUploads(world: World): (request: PlainRequest) => Promise<Answer | undefined> {
  // Ranges of one session are taken one after another: two at once would both be the next expected one.
  const busy = new Map<string, Promise<unknown>>();
  return async (request) => {
    const key = PLACE.exec(decodedText(request.path))?.[3];
    if (key === undefined) return undefined;
    if (new URLSearchParams(request.search).get('authtoken') !== key) {
      throw problem(401, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
    }
    const turn = (busy.get(key) ?? Promise.resolve()).then(() => answer(world, request, key));
    const settled = turn.catch(() => undefined).finally(() => busy.get(key) === settled && busy.delete(key));
    busy.set(key, settled);
    return turn;
  };
}

async function answer(world: World, request: PlainRequest, key: string): Promise<Answer> {
  const session = world.uploads.get(key);
  if (!session || session.expiresMs <= world.clock.nowMs()) {
    throw problem(404, 'ErrorItemNotFound', 'The upload session was not found. It may have expired or been cancelled.');
  }
  if (request.method === 'GET') return { status: 200, body: progressOf(request, session) };
  if (request.method === 'DELETE') {
    await world.commit([{ op: 'upload.close', key }]);
    return { status: 204 };
  }
  if (request.method !== 'PUT') {
    const message = 'Specified HTTP method is not allowed for the request target.';
    throw problem(405, 'Request_BadRequest', message, { Allow: 'GET, PUT, DELETE' });
  }
  return takePart(world, request, session);
}

async function takePart(world: World, request: PlainRequest, session: UploadSession): Promise<Answer> {
  const { from, to } = rangeOf(request.header('content-range'), session);
  const bytes = await request.body();
  if (bytes.length > LARGEST_PART_BYTES) throw problem(413, 'RequestEntityTooLarge', 'A range holds at most 4 MB.');
  if (bytes.length !== to - from + 1) {
    throw badRange('The length of the body is not that of the range in Content-Range.');
  }
  const part = { from, length: bytes.length, blob: world.blobs.put(bytes) };
  const next: UploadSession = { ...session, parts: [...session.parts, part] };
  if (receivedBytes(next) === session.file.size) return finish(world, request, next);
  await world.commit([{ op: 'upload.part', key: session.key, part }]);
  return { status: 200, body: progressOf(request, next) };
}

/** The range must be the next one that is expected, and its total the size that was announced. */
function rangeOf(header: string | undefined, session: UploadSession): { from: number; to: number } {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(header?.trim() ?? '');
  if (!found) throw problem(400, 'ErrorInvalidRequest', 'A Content-Range header such as bytes 0-2097151/3483322 is needed.');
  const [from, to, total] = found.slice(1).map(Number) as [number, number, number];
  if (total !== session.file.size) throw badRange('The total of Content-Range is not the size that the session was made for.');
  if (to < from || to >= total) throw badRange('The Content-Range lies outside of the file.');
  if (from !== receivedBytes(session)) {
    throw problem(416, 'InvalidContentRange', `The next expected range begins at ${receivedBytes(session)}.`);
  }
  return { from, to };
}

function badRange(message: string): Error {
  return problem(400, 'InvalidContentRange', message);
}

async function finish(world: World, request: PlainRequest, session: UploadSession): Promise<Answer> {
  const user = world.findUser(session.userId);
  const mailbox = user && world.mailbox(user);
  const item = mailbox?.item(session.messageKey);
  if (!user || !mailbox || !item) throw problem(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  const { name, contentType, isInline, contentId } = session.file;
  const key = newAttachmentKey();
  const modifiedMs = wholeSeconds(world.clock.nowMs());
  const blob = world.blobs.put(joined(session, world.blobs));
  const attachments = withOneMore(item, { kind: 'file', name, key, modifiedMs, contentType, isInline, contentId, blob }, world.blobs);
  await world.commit([
    { mailbox: user.id, op: 'message.edit', key: item.key, patch: { attachments } },
    { op: 'upload.close', key: session.key },
  ]);
  const id = attachmentId(mailbox, { item, index: 0, key, immutable: false });
  const place = `${request.origin}/api/v2.0/Users('${user.id}@${world.tenant.id}')/Messages('${messageId(mailbox, item, false)}')`;
  return { status: 201, headers: { Location: `${place}/Attachments('${id}')` } };
}

function joined(session: UploadSession, blobs: Blobs): Buffer {
  return Buffer.concat(session.parts.map((part) => blobs.get(part.blob)));
}
