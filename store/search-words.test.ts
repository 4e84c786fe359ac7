import { describe, expect, it } from 'vitest';
import { personKeys, wantedPeople, wordsOf } from './search-words.ts';

describe('words', () => {
  it('are told apart in any language, without case and accents, each once', () => {
    expect(wordsOf('Café, CAFE: Größe & Łódź_2026.pdf')).toEqual(['cafe', 'große', 'łodz', '2026', 'pdf']);
    expect(wordsOf('四半期の予算')).toContain('予算');
    expect(wordsOf(' … !? ')).toEqual([]);
  });
});

describe('people', () => {
  it('are found by address, domain and words of the name', () => {
    expect(personKeys({ name: 'Ada Lovelace', address: 'Ada@Contoso.com' })).toEqual([
      'ada@contoso.com',
      '@contoso.com',
      'ada',
      'lovelace',
    ]);
    expect(personKeys({ name: null, address: null })).toEqual([]);
    expect(wantedPeople(' ADA@contoso.com ')).toEqual(['ada@contoso.com']);
    expect(wantedPeople('@Contoso.com')).toEqual(['@contoso.com']);
    expect(wantedPeople('Lovelace, Ada')).toEqual(['lovelace', 'ada']);
  });

  it("with an address of Exchange's own form are found by it whole", () => {
    expect(personKeys({ name: null, address: '/O=EXCHANGE/CN=ADA' })).toEqual(['/o=exchange/cn=ada']);
  });
});
