import { attachmentKey } from '../contract/ids.ts';

/** The skip that stands for a message's attachments, apart from one for the message itself. */
export function attachmentsSkipId(messageId: string): string {
  return attachmentKey(messageId, '*');
}

/** The skip that stands for a message's MIME form. */
export function mimeSkipId(messageId: string): string {
  return attachmentKey(messageId, '$value');
}
