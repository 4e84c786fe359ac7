import { expect, test } from 'vitest';
import { createAnswerChecks } from './answer-checks.ts';

const answer = (name: string) => ({ template: name, method: 'GET', status: 200, body: {} });
const validate = ({ template }: { template: string }) => {
  if (template.startsWith('/wrong')) throw new Error(`${template} is not what the document says`);
};

test('all of the first ten thousand answers are checked, then one in a hundred', () => {
  const checks = createAnswerChecks({ validate, isStrict: false, logError: () => {} });
  for (let count = 0; count < 20_000; count++) checks.check(answer('/users'));
  expect(checks.summary()).toEqual({ checked: 10_100, invalid: 0, first: [] });
});

test('wrong answers are counted and logged, the first twenty kept; in strict mode they throw', () => {
  const logged: unknown[] = [];
  const checks = createAnswerChecks({ validate, isStrict: false, logError: (error) => logged.push(error) });
  for (let count = 0; count < 30; count++) checks.check(answer(`/wrong${count}`));
  expect([checks.summary().invalid, checks.summary().first.length, logged.length]).toEqual([30, 20, 30]);
  const strict = createAnswerChecks({ validate, isStrict: true, logError: () => {} });
  expect(() => strict.check(answer('/wrong'))).toThrow('/wrong is not what the document says');
});
