import { describe, expect, test } from 'vitest';
import { parseFilter, passes } from './filter.ts';

const entity = {
  mail: 'ann@contoso.example',
  age: 5,
  isRead: false,
  nothing: null,
  receivedDateTime: '2025-06-02T09:00:00Z',
  flag: { flagStatus: 'flagged' },
  proxyAddresses: ['SMTP:ann@contoso.example', 'smtp:a@contoso.example'],
};

describe('a filter', () => {
  test.each([
    ["mail eq 'ANN@contoso.example'", true],
    ["endsWith(mail,'@contoso.example') and isRead eq false", true],
    ["not(startsWith(mail, 'bob')) and (age gt 4 or age lt 2)", true],
    ["flag/flagStatus eq 'flagged'", true],
    ["proxyAddresses/any(p:p eq 'smtp:a@contoso.example')", true],
    ["proxyAddresses/any(p:endsWith(p,'@other.example'))", false],
    ['receivedDateTime ge 2025-06-02T11:00:00+02:00', true],
    ['receivedDateTime gt 2025-06-02T09:00:00Z', false],
    ['nothing eq null', true],
    ["mail in ('x', 'ann@contoso.example')", true],
    ["mail eq 'it''s'", false],
    ['age eq 5 or age eq 6 and isRead eq true', true],
  ])('%s is %s', (text, expected) => {
    expect(passes(parseFilter(text), entity)).toBe(expected);
  });

  test.each(['', 'mail', 'mail eq', 'mail like 1', '(mail eq 1', 'mail eq 1)', "contains(mail 'x')", "mail eq 'x", '('.repeat(5_000)])(
    '%s is refused',
    (text) => {
      expect(() => parseFilter(text)).toThrow(SyntaxError);
    },
  );
});
