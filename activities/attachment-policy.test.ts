import { expect, test } from 'vitest';
import { defaultPolicy } from '../contract/policy.ts';
import { leavesOut, matchesType, refusalOf } from './attachment-policy.ts';

const attachment = {
  ...{ name: 'a.pdf', contentType: 'application/pdf', attachmentType: 'file' as const, inline: false, contentId: null },
  ...{ graphBytes: 1_000, bytes: null, sha256: null },
};
const policy = defaultPolicy.attachments;

test.each([
  ['application/pdf', 'Application/PDF; name=x', true],
  ['image/*', 'image/png', true],
  ['image/*', 'application/image', false],
  ['*/*', null, true],
  ['application/octet-stream', null, true],
])('%s and %s', (pattern, type, matches) => {
  expect(matchesType(pattern, type)).toBe(matches);
});

test('the default leaves out nothing', () => {
  expect(refusalOf(policy, attachment)).toBeNull();
  expect(leavesOut(policy, 8_000_000)).toBe(false);
});

test.each([
  [{ read: false }, 'notRead'],
  [{ maxBytes: 999 }, 'tooBig'],
  [{ types: { include: ['image/*'], exclude: [] } }, 'notRead'],
  [{ types: { include: ['*/*'], exclude: ['application/*'] } }, 'notRead'],
])('%j leaves a PDF out', (change, outcome) => {
  expect(refusalOf({ ...policy, ...change }, attachment)?.outcome).toBe(outcome);
  expect(leavesOut({ ...policy, ...change }, 8_000_000)).toBe(true);
});
