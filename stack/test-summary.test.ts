import { expect, test } from 'vitest';
import { summarise, summaryLine, type TestReport } from './test-summary.ts';

const report = (over: Partial<TestReport>): TestReport => ({
  success: true,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...over,
});

test('counts what passed, failed and was skipped', () => {
  const summary = summarise(report({ success: false, numPassedTests: 3, numFailedTests: 2, numPendingTests: 1 }));
  expect(summaryLine(summary)).toBe('3 passed, 2 failed, 1 skipped');
});

test('a test file that cannot be loaded is a failure', () => {
  const testResults = [{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }];
  expect(summarise(report({ success: false, numPassedTests: 3, testResults })).failed).toBe(1);
});

test('a test file whose tests are skipped because it could not be set up is a failure', () => {
  const assertionResults = [{ fullName: 'never ran', status: 'skipped' }];
  const testResults = [{ name: 'broken.test.ts', status: 'failed', assertionResults }];
  expect(summarise(report({ success: false, numFailedTests: 0, numPendingTests: 1, testResults }))).toMatchObject({
    failed: 1,
    skipped: 1,
  });
});

test('a failed test makes its file fail, and counts once', () => {
  const assertionResults = [{ fullName: 'fails', status: 'failed' }];
  const testResults = [{ name: 'a.test.ts', status: 'failed', assertionResults }];
  expect(summarise(report({ success: false, numFailedTests: 1, testResults })).failed).toBe(1);
});

test('a run that fails beside its tests is a failure', () => {
  expect(summarise(report({ success: false, numPassedTests: 3 })).failed).toBe(1);
});

test('names the ten slowest tests, slowest first', () => {
  const assertionResults = Array.from({ length: 14 }, (_, index) => ({
    fullName: `test ${index}`,
    status: 'passed',
    duration: index * 10,
  }));
  const summary = summarise(report({ testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }] }));
  expect(summary.slowest).toHaveLength(10);
  expect(summary.slowest[0]).toEqual({ name: 'test 13', durationMs: 130 });
});
