/** Upload sessions of large attachments. Their parts lie in blobs, so that a session outlives the process. */
export interface UploadSession {
  readonly key: string;
  readonly userId: string;
  readonly messageKey: string;
  readonly file: {
    readonly name: string;
    readonly contentType: string;
    readonly isInline: boolean;
    readonly contentId: string | null;
    readonly size: number;
  };
  readonly expiresMs: number;
  readonly parts: readonly UploadPart[];
}

export interface UploadPart {
  readonly from: number;
  readonly length: number;
  readonly blob: string;
}

export type UploadChange =
  | { readonly op: 'upload.open'; readonly session: Omit<UploadSession, 'parts'> }
  | { readonly op: 'upload.part'; readonly key: string; readonly part: UploadPart }
  /** Finished or cancelled. */
  | { readonly op: 'upload.close'; readonly key: string };

export interface UploadState {
  get(key: string): UploadSession | undefined;
  apply(change: UploadChange): void;
}

export function createUploadState(): UploadState {
  const sessions = new Map<string, UploadSession>();
  return {
    get: (key) => sessions.get(key),
    apply: (change) => {
      if (change.op === 'upload.open') return void sessions.set(change.session.key, { ...change.session, parts: [] });
      if (change.op === 'upload.close') return void sessions.delete(change.key);
      const session = sessions.get(change.key);
      if (session) sessions.set(change.key, { ...session, parts: [...session.parts, change.part] });
    },
  };
}

/** How many bytes have come; parts come in order. */
export function receivedBytes(session: UploadSession): number {
  return session.parts.reduce((sum, part) => sum + part.length, 0);
}
