type SealCode = 'TrawlSecretSealed' | 'TrawlKeyVaultUnavailable';

/** A sealed secret cannot be opened, or the keys to do so are not usable. Never holds a secret or a key. */
export class SealError extends Error {
  /** Code of contract/errors.ts. */
  readonly code: SealCode;

  constructor(message: string, options: ErrorOptions & { code?: SealCode } = {}) {
    super(message, options);
    this.name = 'SealError';
    this.code = options.code ?? 'TrawlSecretSealed';
  }
}
