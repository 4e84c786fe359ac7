import type { AttachmentContent } from '../contract/document.ts';
import type { Extraction } from '../contract/extraction.ts';
import type { Policy } from '../contract/policy.ts';

type AttachmentPolicy = Policy['attachments'];

const unknownType = 'application/octet-stream';

/** `application/pdf` matches itself, `image/*` every type of picture; parameters and case say nothing. */
export function matchesType(pattern: string, contentType: string | null): boolean {
  const type = (contentType ?? unknownType).toLowerCase().split(';')[0]?.trim() ?? unknownType;
  const wanted = pattern.toLowerCase().trim();
  if (wanted === '*' || wanted === '*/*') return true;
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

/** Whether some attachment may be left out unread: then what they are is asked first, without their contents. */
export function leavesOut({ read, maxBytes, types }: AttachmentPolicy, listMaxBytes: number): boolean {
  return !read || maxBytes < listMaxBytes || types.include.length > 0 || types.exclude.length > 0;
}

/** Why the source's policy leaves an attachment unread; null when it does not. By what Graph says of it, since it is not fetched. */
export function refusalOf(policy: AttachmentPolicy, attachment: AttachmentContent): Extraction | null {
  const { contentType, graphBytes, attachmentType } = attachment;
  const { include, exclude } = policy.types;
  if (!policy.read) return { outcome: 'notRead', words: 'The source does not read attachments', version: null };
  if (graphBytes > policy.maxBytes) {
    return { outcome: 'tooBig', words: `It is larger than the ${policy.maxBytes} bytes that the source reads`, version: null };
  }
  const type = attachmentType === 'item' ? 'message/rfc822' : contentType;
  const included = include.length === 0 || include.some((pattern) => matchesType(pattern, type));
  if (included && !exclude.some((pattern) => matchesType(pattern, type))) return null;
  return { outcome: 'notRead', words: 'The source leaves out attachments of this type', version: null };
}
