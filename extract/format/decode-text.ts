import { detect } from 'chardet';

const boms: readonly [readonly number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];
/** What is looked at to tell text from other bytes, and one charset from another. */
const sampleBytes = 65_536;
/** Names that chardet and mails use for what TextDecoder calls otherwise. */
const otherNames: Record<string, string> = {
  'iso-2022-kr': 'euc-kr',
  'utf-32le': 'utf-16le',
  shift_jisx0213: 'shift_jis',
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  ascii: 'utf-8',
};

/** The bytes as text: by their mark, the charset that is told, or how they look. Null when they are no text. */
export function decodeText(bytes: Uint8Array, told: string | null = null): string | null {
  const marked = boms.find(([bom]) => bom.every((byte, index) => bytes[index] === byte));
  if (marked !== undefined) return decodeAs(bytes.subarray(marked[0].length), marked[1]);
  const sample = bytes.subarray(0, sampleBytes);
  const wide = wideCharset(sample);
  if (wide !== null) return decodeAs(bytes, wide);
  if (Buffer.from(sample).includes('\u001b$)C', 0, 'latin1')) return decodeIso2022Kr(bytes);
  if (!looksLikeText(sample)) return null;
  const byName = told === null ? null : decodeAs(bytes, told);
  if (byName !== null && !byName.includes('\uFFFD')) return byName;
  if (isUtf8(bytes)) return decodeAs(bytes, 'utf-8');
  return decodeAs(bytes, detect(sample) ?? 'windows-1252') ?? byName ?? decodeAs(bytes, 'windows-1252');
}

/** Null for a charset that is not known here. */
export function decodeAs(bytes: Uint8Array, charset: string): string | null {
  const name = charset.toLowerCase().trim();
  try {
    return new TextDecoder(otherNames[name] ?? name).decode(bytes);
  } catch {
    return null;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 without a mark: every other byte of Latin letters is zero. */
function wideCharset(sample: Uint8Array): string | null {
  if (sample.length < 4 || sample.length % 2 !== 0) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < sample.length; at += 2) {
    if (sample[at] === 0) even += 1;
    if (sample[at + 1] === 0) odd += 1;
  }
  const pairs = sample.length / 2;
  if (odd > 0.4 * pairs && even < 0.05 * pairs) return 'utf-16le';
  return even > 0.4 * pairs && odd < 0.05 * pairs ? 'utf-16be' : null;
}

/** Text has no zeros and next to no control characters. */
function looksLikeText(sample: Uint8Array): boolean {
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    const isControl = byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1b;
    if (isControl) controls += 1;
  }
  return controls <= sample.length * 0.02;
}

/**
 * ISO-2022-KR (RFC 1557): between SO and SI two bytes make a KS X 1001 character, as EUC-KR has it with the high bits set.
 * TextDecoder does not know it (encoding.spec.whatwg.org maps it to "replacement").
 */
function decodeIso2022Kr(bytes: Uint8Array): string | null {
  const euc: number[] = [];
  let shifted = false;
  const header = [0x1b, 0x24, 0x29, 0x43];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (header.every((expected, index) => bytes[at + index] === expected)) at += header.length - 1;
    else if (byte === 0x0e) shifted = true;
    else if (byte === 0x0f) shifted = false;
    else euc.push(shifted && byte > 0x20 ? byte | 0x80 : byte);
  }
  return decodeAs(Uint8Array.from(euc), 'euc-kr');
}
