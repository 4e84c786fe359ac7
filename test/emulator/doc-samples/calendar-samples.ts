import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

export const calendarSamples = {
  samples: [
    'calendar-getschedule-1',
    'calendar-list-calendarview-1',
    'calendar-list-events-2',
    'calendargroup-get-1',
    'delta-query-events-1',
    'delta-query-events-3',
    'delta-query-events-4',
    'event-get-1',
    'group-list-events-1',
  ],
  prepare: async (): Promise<PreparedRoom> => ({
    client: await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } }),
    samples: {},
  }),
};
