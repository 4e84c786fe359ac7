import { Type, type Static } from 'typebox';
import { findErrorRow, isKnownCode } from '../contract/errors.ts';
import { failureTypes } from '../contract/workflow/failures.ts';

/** Why something is in its state: the code, what it means, and what to do. */
export const ReasonAnswer = Type.Union([Type.Object({ code: Type.String(), words: Type.String(), remedy: Type.String() }), Type.Null()], {
  description: 'Why it is in this state; null when there is nothing to explain',
});
export type ReasonAnswer = Static<typeof ReasonAnswer>;

/** Codes that crawls use beside the table of faults: how a workflow ended, and the kinds of failure that stop one. */
export const crawlCodes: Record<string, { words: string; remedy: string }> = {
  [failureTypes.credentialRefused]: {
    words: 'Microsoft refuses the credential',
    remedy: 'Check tenant id, client id, the secret and the admin consent; save the credential, and the crawl goes on by itself',
  },
  [failureTypes.notFound]: {
    words: 'A record that the crawl needs is gone',
    remedy: 'Start the source again; make it anew when that fails too',
  },
  [failureTypes.invalidInput]: {
    words: 'A stored record or an input is not what it promises to be',
    remedy: 'Look for the crawl in the log of the worker and report it',
  },
  [failureTypes.transient]: {
    words: 'A fault lasted longer than the crawl waits',
    remedy: 'Look for the crawl in the log of the worker, then start the source again',
  },
  [failureTypes.throttled]: { words: 'Microsoft asks to wait', remedy: 'Nothing to do: the crawl goes on by itself' },
  outOfScope: {
    words: 'It is not in the scope of the source any more; its documents are hidden',
    remedy: 'Nothing to do: when it is in the scope again, they are shown again without being read',
  },
  mailboxGone: {
    words: 'The user of the mailbox was deleted, or its archive is gone; its documents are hidden',
    remedy:
      'Restore the user in Entra, or the archive in Exchange, when that was a mistake: its documents are then shown again without being read',
  },
  Cancelled: { words: 'The crawl was cancelled in Temporal', remedy: 'Start the source again when it should go on' },
  Terminated: { words: 'The workflow was terminated in Temporal', remedy: 'Start the source again when it should go on' },
  WorkflowFailed: {
    words: 'The workflow failed before it could say why',
    remedy: 'Open it in the Temporal Web UI, then start the source again',
  },
  WorkflowLost: { words: 'Temporal knows the workflow no more', remedy: 'Nothing to do: a later crawl has taken its place' },
  StartRefused: {
    words: 'Temporal refused to start the crawl',
    remedy: 'Start a worker, which registers what is missing, then start the source again',
  },
};

/** A stored code in words. */
export function toReason(code: string | null): ReasonAnswer {
  if (code === null) return null;
  const own = crawlCodes[code];
  if (own !== undefined && !isKnownCode(code)) return { code, ...own };
  const { words, remedy } = findErrorRow(code);
  return { code, words, remedy };
}
