import type { Extracted, ExtractedPart, Member, Reading, ReadTask } from '../types.ts';
import { hashInSteps } from './hash-in-steps.ts';
import { imageTypeOf } from './image-type.ts';

/** What one file may cost with all that lies in it. */
export interface WholeLimits {
  textBytes: number;
  /** Bytes that it and its parts unfold to. */
  inflatedBytes: number;
  /** Parts on all levels together. */
  parts: number;
  depth: number;
  /** Bytes of text of all parts together. */
  partsTextBytes: number;
}

type ReadOne = (task: ReadTask) => Promise<Reading>;
type Source = Pick<ReadTask, 'bytes' | 'name' | 'contentType'>;

/** Reads a file and, one after another, what lies in it: each part is a task of its own, and all share one budget. */
export async function readWithParts(file: Source, { limits, readOne }: { limits: WholeLimits; readOne: ReadOne }): Promise<Extracted> {
  const left = { inflatedBytes: limits.inflatedBytes, parts: limits.parts, textBytes: limits.partsTextBytes };
  const parts: ExtractedPart[] = [];
  let beyond = 0;

  async function read(source: Source, textBytes: number): Promise<Reading> {
    const picture = imageTypeOf(source.bytes);
    if (picture !== null)
      return unread({ mediaType: picture, outcome: 'unsupported', words: `Files of type ${picture} are not read for their text` });
    return readOne({ ...source, limits: { textBytes, inflatedBytes: left.inflatedBytes, members: Math.max(left.parts, 0) } });
  }

  async function descend(members: readonly Member[], { path, depth }: { path: string; depth: number }): Promise<void> {
    for (const { bytes } of members) left.inflatedBytes -= bytes.length;
    for (const [index, member] of members.entries()) {
      left.parts -= 1;
      if (left.parts < 0) {
        beyond += 1;
        continue;
      }
      const { members: inner, ...reading } = await readMember(member, depth);
      left.textBytes -= reading.text.length;
      const { name, contentType, inline, bytes } = member;
      const own = path === '' ? `${index + 1}` : `${path}/${index + 1}`;
      parts.push({ ...reading, path: own, name, contentType, inline, bytes: bytes.length, sha256: await hashInSteps(bytes) });
      await descend(inner, { path: own, depth: depth + 1 });
    }
  }

  async function readMember(member: Member, depth: number): Promise<Reading> {
    const mediaType = imageTypeOf(member.bytes);
    if (member.inline) return unread({ mediaType, outcome: 'notRead', words: inlineImageWords });
    if (depth > limits.depth) return unread({ mediaType, outcome: 'tooBig', words: `It lies more than ${limits.depth} levels deep` });
    if (left.textBytes <= 0 || left.inflatedBytes < 0) {
      return unread({ mediaType, outcome: 'tooBig', words: 'The file that it lies in unfolds to more than the limit' });
    }
    return read(member, Math.min(limits.textBytes, Math.max(left.textBytes, 1)));
  }

  const { members, ...whole } = await read(file, limits.textBytes);
  await descend(members, { path: '', depth: 1 });
  const words = beyond === 0 ? whole.words : `Only the first ${limits.parts} files in it are read; ${beyond} are left out`;
  return { ...whole, words, parts };
}

export const inlineImageWords = 'A picture that the text around it shows';

function unread(said: Pick<Reading, 'mediaType' | 'outcome' | 'words'>): Reading {
  return { ...said, text: '', truncated: false, mail: null, members: [] };
}
