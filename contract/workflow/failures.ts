/**
 * Types of `ApplicationFailure` that activities throw and workflows tell apart.
 * The message of each is safe for histories: codes and ids, never an address, a subject or a token.
 */
export const failureTypes = {
  /** Entra or Graph refuses the credential: the source is blocked, not the mailbox. */
  credentialRefused: 'CredentialRefused',
  /** Graph asks to wait longer than an activity should hold its slot. */
  throttled: 'Throttled',
  /** A lane has had its slot for long while others may wait for one: it goes on when its turn comes. */
  gaveWay: 'GaveWay',
  /** The stored source, crawl or mailbox is gone: nothing to do any more. */
  notFound: 'NotFound',
  /** An input or a stored record is not what it promises to be. */
  invalidInput: 'InvalidInput',
  /** A fault that a later attempt may not see. */
  transient: 'Transient',
} as const;
export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];
