import type { MimeState } from '../contract/document-fields.ts';

/** A MIME form that is to be read, and none that was. */
export const dueMime = (key: string): MimeState => ({
  ...{ due: true, key, claim: null, tries: 0 },
  ...{ fileId: null, bytes: null, sha256: null, readAt: null },
});
