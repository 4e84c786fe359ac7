import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

export const outlookSamples = {
  samples: [
    'contact-get-1',
    'conversation-list-threads-1',
    'conversationthread-get-1',
    'conversationthread-list-posts-1',
    'outlook-immutable-id-1',
    'outlookuser-supportedtimezones-1',
    'post-get-1',
    'post-list-attachments-1',
    'user-get-mailboxsettings-1',
    'user-translateexchangeids-1',
  ],
  prepare: async (): Promise<PreparedRoom> => ({
    client: await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } }),
    samples: {},
  }),
};
