import { describe, expect, test } from 'vitest';
import { followable } from './web-link.ts';

const custom = {
  cloud: 'custom' as const,
  endpoints: { authority: 'https://login.test.example', graph: 'https://graph.test.example:8443' },
};
const global = { cloud: 'global' as const, endpoints: null };

describe('a link of a document', () => {
  test.each([
    'https://outlook.office365.com/owa/?ItemID=AAMk%2B&exvsurl=1&viewmodel=ReadMessageItem',
    'https://outlook.office.com/calendar/item/x',
    'https://outlook.office365.us/owa/?ItemID=a',
    'https://webmail.apps.mil/owa/?ItemID=a',
    'https://partner.outlook.cn/owa/?ItemID=a',
    'https://OUTLOOK.office365.com:443/owa/',
  ])('leads to Outlook of any of Microsoft’s clouds: %s', (link) => {
    expect(followable(link, global)).toBe(new URL(link).href);
    expect(followable(link, null)).toBe(new URL(link).href);
  });

  test('leads to the endpoints of a custom cloud, of that credential alone', () => {
    for (const link of ['https://graph.test.example:8443/owa/?ItemID=a', 'https://login.test.example/x']) {
      expect(followable(link, custom)).toBe(link);
      expect(followable(link, global)).toBeNull();
      expect(followable(link, null)).toBeNull();
    }
    expect(followable('https://graph.test.example/owa', custom)).toBeNull();
  });

  test.each([
    'http://outlook.office365.com/owa/',
    'https://outlook.office365.com.evil.example/',
    'https://evil.example/outlook.office365.com',
    'https://outlook.office365.com@evil.example/',
    'https://user:pass@outlook.office365.com/',
    'https://evil.example\\@outlook.office365.com/',
    'https://outlook.office365.com:8443/',
    'https://xoutlook.office365.com/',
    'https://outlook.office365.com./',
    '//outlook.office365.com/',
    'javascript:alert(1)',
    'data:text/html,x',
    'outlook.office365.com',
    '',
  ])('is not followed elsewhere: %s', (link) => {
    expect(followable(link, custom)).toBeNull();
  });
});
