/** Text with its percent signs resolved; as it is where one starts no character, so that whoever it is for says what is wrong. */
export function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
