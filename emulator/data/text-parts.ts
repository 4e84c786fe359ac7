/** Text in parts of at most `mostBytes` bytes of UTF-8, none splitting a character. */
export function textParts(text: string, mostBytes: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (Buffer.byteLength(part + character) > mostBytes) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
