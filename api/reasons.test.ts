import { expect, test } from 'vitest';
import { errorRows } from '../contract/errors.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { toReason } from './reasons.ts';

test('every code of the table of faults, and every failure of a crawl, has words and a remedy', () => {
  const codes = [...errorRows.map(({ code }) => code), ...Object.values(failureTypes), 'Cancelled', 'Terminated'];
  const mute = codes.filter((code) => {
    const reason = toReason(code);
    return reason === null || reason.words === '' || reason.remedy === '';
  });
  expect(mute).toEqual([]);
});

test('a code that nobody knows is shown as it is', () => {
  expect(toReason('ErrorBrandNew')).toMatchObject({ code: 'ErrorBrandNew', words: expect.stringContaining('ErrorBrandNew') });
});

test('no code needs no words', () => {
  expect(toReason(null)).toBeNull();
});
