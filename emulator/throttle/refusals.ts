import { problem } from '../http/problem.ts';
import type { MailboxLimit } from './mailbox-limits.ts';

type Headers = Readonly<Record<string, string>>;

const OUTLOOK_TEXTS: Readonly<Record<MailboxLimit, string>> = {
  MailboxConcurrency: 'Application is over its MailboxConcurrency limit.',
  RequestsPerWindow: 'Application is over its request limit for the mailbox.',
  UploadPerWindow: 'Application is over its upload limit for the mailbox.',
};

export function mailboxThrottled(limit: MailboxLimit, headers: Headers): Error {
  return problem(429, 'ApplicationThrottled', OUTLOOK_TEXTS[limit], headers);
}

/** learn.microsoft.com/graph/throttling shows this body. */
export function tooManyRequests(headers: Headers): Error {
  const innerError = { code: '429', message: 'Please retry after', status: '429' };
  return Object.assign(problem(429, 'TooManyRequests', 'Please retry again later.', headers), { innerError });
}

/** What OneDrive and SharePoint answer: learn.microsoft.com/graph/errors. */
export function drivesThrottled(headers: Headers): Error {
  return problem(429, 'activityLimitReached', 'The app or user has been throttled.', headers);
}
