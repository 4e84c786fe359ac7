/** Word boundaries by Unicode's rules and, where words stand without spaces, by dictionary (UAX #29, ICU). */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** How an address, a domain or a word is compared: without case, accents and other marks, as MongoDB's text index does. */
function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The words of a text, each once. Dots and underscores part them too, as in names of files. */
export function wordsOf(text: string): string[] {
  const words = Array.from(segmenter.segment(folded(text).replaceAll(/[._]/g, ' '))).filter(({ isWordLike }) => isWordLike === true);
  return [...new Set(words.map(({ segment }) => segment))];
}

/** By what a person is found: the address, its domain as `@contoso.com`, and the words of the name. */
export function personKeys(person: { name: string | null; address: string | null }): string[] {
  const address = person.address === null ? [] : addressKeys(person.address);
  return [...address, ...(person.name === null ? [] : wordsOf(person.name))];
}

function addressKeys(given: string): string[] {
  const address = folded(given);
  const at = address.lastIndexOf('@');
  return at <= 0 ? [address] : [address, address.slice(at)];
}

/** What a person typed to find people: an address or a domain as one key, anything else as words of names. */
export function wantedPeople(text: string): string[] {
  const trimmed = text.trim();
  return trimmed.includes('@') ? [folded(trimmed)] : wordsOf(trimmed);
}
