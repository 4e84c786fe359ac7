import { createHash } from 'node:crypto';
import type { MessageContent } from '../data/model.ts';

/** 100 ns steps from 1601 to 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

/**
 * learn.microsoft.com/office/client-developer/outlook/mapi/tracking-conversations: a header of 22 bytes (1, five bytes of
 * the time, a GUID of the conversation), and five bytes more for each reply.
 */
export function conversationIndexOf(content: Pick<MessageContent, 'conversation' | 'conversationIndex' | 'sentMs'>): string {
  return content.conversationIndex ?? newConversationIndex(content.conversation, content.sentMs);
}

export function newConversationIndex(conversation: string, timeMs: number): string {
  const header = Buffer.alloc(22);
  header.writeUInt8(1, 0);
  filetime(timeMs).copy(header, 1, 0, 5);
  createHash('sha1').update(conversation).digest().copy(header, 6, 0, 16);
  return header.toString('base64');
}

/** The index of a reply, or of a message that was forwarded. */
export function childConversationIndex(parent: Parameters<typeof conversationIndexOf>[0], timeMs: number): string {
  const index = Buffer.from(conversationIndexOf(parent), 'base64');
  return Buffer.concat([index, filetime(Math.max(0, timeMs - parent.sentMs) - FILETIME_EPOCH_MS).subarray(2, 7)]).toString('base64');
}

function filetime(timeMs: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(timeMs + FILETIME_EPOCH_MS) * 10_000n);
  return bytes;
}
