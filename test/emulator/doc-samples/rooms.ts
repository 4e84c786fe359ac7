import { calendarSamples } from './calendar-samples.ts';
import { directorySamples } from './directory-samples.ts';
import { filesSamples } from './files-samples.ts';
import { mailSamples } from './mail-samples.ts';
import { outlookSamples } from './outlook-samples.ts';
import { serviceSamples } from './service-samples.ts';
import type { PreparedRoom } from './sample.ts';

interface Room {
  /** Names of the samples it answers for. */
  readonly samples: readonly string[];
  prepare(): Promise<PreparedRoom>;
}

/** Who answers for which samples; each prepares an emulator of its own. */
export const ROOMS: Readonly<Record<string, Room>> = {
  calendar: calendarSamples,
  directory: directorySamples,
  files: filesSamples,
  mail: mailSamples,
  outlook: outlookSamples,
  service: serviceSamples,
};
