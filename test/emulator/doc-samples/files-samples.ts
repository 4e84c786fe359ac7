import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

export const filesSamples = {
  samples: [
    'drive-get-1',
    'drive-get-specialfolder-2',
    'driveitem-delta-4',
    'driveitem-get-1',
    'driveitem-get-content-format-1',
    'driveitem-list-permissions-1',
    'driveitem-list-thumbnails-1',
    'driveitem-list-thumbnails-3',
    'driveitem-list-thumbnails-5',
    'driveitem-search-2',
    'driveitemversion-get-1',
    'list-get-2',
    'listitem-list-1',
    'permission-get-1',
    'shares-get-2',
    'site-getbypath-1',
    'site-list-2',
    'site-list-permissions-1',
    'site-search-1',
  ],
  prepare: async (): Promise<PreparedRoom> => ({
    client: await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } }),
    samples: {},
  }),
};
