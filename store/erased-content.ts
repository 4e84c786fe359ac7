import { contentFields, rememberedFields } from './content.ts';

const erasedFields = [...contentFields.filter((field) => !rememberedFields.has(field)), 'attachment', 'attachmentProtection', 'mime'];

/** What goes from a document whose content is erased, for `$unset`. */
export const erasedContent: Record<string, true> = Object.fromEntries(erasedFields.map((field) => [field, true as const]));

/** The bookkeeping of a document that holds nothing, for `$set`: whatever is read when the item comes back is newer. */
export const forgottenContent = {
  kept: null,
  contentHash: null,
  contentAsOf: new Date(0),
  lastModifiedAt: null,
  attachments: null,
  indexDueAt: null,
} as const;
