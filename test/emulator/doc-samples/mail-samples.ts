import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

export const mailSamples = {
  samples: [
    'attachment-get-1',
    'attachment-get-3',
    'attachment-get-8',
    'delta-query-messages-3',
    'mailfolder-delta-1',
    'mailfolder-get-1',
    'mailfolder-get-2',
    'mailfolder-list-childfolders-2',
    'message-get-1',
    'message-get-2',
    'query-parameters-1',
  ],
  prepare: async (): Promise<PreparedRoom> => ({
    client: await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } }),
    samples: {},
  }),
};
