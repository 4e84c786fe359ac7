import { hash } from 'node:crypto';

/** A stream of numbers that depends on nothing but the words it was made from. */
export interface Random {
  /** 32 unsigned bits. */
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** FNV-1a over UTF-16 units, then mixed: cheap and well spread for short keys. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix(hash);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** splitmix32, counted from a hash of `words`: item n of a folder needs no item n - 1. */
export function randomOf(...words: readonly (string | number)[]): Random {
  let state = hash32(words.join('\u0000'));
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state);
  };
  const below = (bound: number) => Math.floor((next() / 0x1_0000_0000) * bound);
  return {
    next,
    below,
    chance: (probability) => next() / 0x1_0000_0000 < probability,
    pick: (values) => {
      if (values.length === 0) throw new RangeError('Nothing to pick from: the list is empty');
      return values[below(values.length)]!;
    },
  };
}

const NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** A name-based UUID (version 5, RFC 9562), so that the same organisation has the same ids everywhere. */
export function uuidOf(name: string): string {
  const bytes = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name, 'utf8')]), 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
