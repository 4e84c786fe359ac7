/** What is read of vitest's JSON report. */
export interface TestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string; duration?: number | null }[] }[];
}

export interface TestSummary {
  passed: number;
  failed: number;
  skipped: number;
  /** Slowest first. */
  slowest: { name: string; durationMs: number }[];
}

/** Counts of a run. A file that failed without a failed test (it could not be loaded or set up), or a run that did, counts as one failed. */
export function summarise(report: TestReport): TestSummary {
  const hasFailedTest = (file: TestReport['testResults'][number]): boolean =>
    file.assertionResults.some((result) => result.status === 'failed');
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && !hasFailedTest(file)).length;
  const failed = report.numFailedTests + brokenFiles;
  const slowest = report.testResults
    .flatMap((file) => file.assertionResults.map((result) => ({ name: result.fullName, durationMs: result.duration ?? 0 })))
    .sort((left, right) => right.durationMs - left.durationMs)
    .slice(0, 10);
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    slowest,
  };
}

/** The line that ends a test run's output. */
export function summaryLine(summary: Pick<TestSummary, 'passed' | 'failed' | 'skipped'>): string {
  return `${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`;
}
