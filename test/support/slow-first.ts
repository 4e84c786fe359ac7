import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait more than they work, those that take longest first. A new file need not be named here. */
export const waiting = [
  'test/stack/start.test.ts',
  'test/crawl/storm.test.ts',
  'test/crawl/durable-worker.test.ts',
  'test/crawl/durable-faults.test.ts',
  'test/crawl/durable-servers.test.ts',
  'test/crawl/durable-order.test.ts',
  'test/crawl/durable-credential.test.ts',
  'test/crawl/durable-sharing.test.ts',
  'test/crawl/durable-budgets.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => waiting.findIndex((file) => moduleId.endsWith(`/${file}`));

/** The others with one that waits before every few of them, so that the processor always has work and the last file is a short one. */
export function spread<T>(slow: readonly T[], others: readonly T[]): T[] {
  const between = Math.max(1, Math.floor(others.length / (slow.length + 1)));
  return [
    ...slow.flatMap((one, index) => [one, ...others.slice(index * between, (index + 1) * between)]),
    ...others.slice(slow.length * between),
  ];
}

/** Orders files as vitest does, largest first, but for those that wait. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const slow = sorted.filter((file) => placeOf(file) >= 0).toSorted((one, other) => placeOf(one) - placeOf(other));
    const orderOf = (file: TestSpecification): number => file.project.config.sequence.groupOrder;
    return [...Map.groupBy(sorted, orderOf).values()].flatMap((group) =>
      spread(
        slow.filter((file) => group.includes(file)),
        group.filter((file) => placeOf(file) < 0),
      ),
    );
  }
}
