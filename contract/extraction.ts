import { Type, type Static } from 'typebox';
import { Nullable, Words } from './schema.ts';

/**
 * What came of reading a file for its words. `text`: it has some. `empty`: it is sound and has none. `tooBig`: itself, or what it
 * unfolds to, is beyond the limits. `timedOut` and `tooMuchMemory`: its reader was stopped. `notRead`: the source's policy
 * says so, or the worker's settings.
 */
export const extractionOutcomes = [
  'text',
  'empty',
  'encrypted',
  'broken',
  'tooBig',
  'unsupported',
  'timedOut',
  'tooMuchMemory',
  'notRead',
] as const;
export type ExtractionOutcome = (typeof extractionOutcomes)[number];

/** Raised when readers get better, so that what an earlier one has read can be told apart and is not taken over. */
export const extractorVersion = 1;

export const Extraction = Type.Object({
  outcome: Words(extractionOutcomes),
  /** Why there is no text, or not all of it. */
  words: Nullable(Type.String()),
  /** Version of the readers that looked at the content; null when none did. */
  version: Nullable(Type.Integer()),
});
export type Extraction = Static<typeof Extraction>;

/** Of files that a worker without readers has met: they are read when there are readers again. */
export const leftUnread: Extraction = {
  outcome: 'notRead',
  words: 'This installation reads no files for their words (TRAWL_EXTRACT_PROCESSES is 0)',
  version: null,
};

/** Search takes no more of a text than this. */
export const textMaxBytes = 1_000_000;
