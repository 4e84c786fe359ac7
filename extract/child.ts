import { readFile } from './read-file.ts';
import type { ReadTask } from './types.ts';

/** The child: reads one file after another as the parent sends them, and ends with the parent. */
process.on('message', (task: ReadTask) => {
  void readFile(task).then((reading) => process.send?.(reading));
});
process.on('disconnect', () => process.exit());
// A parser's own promise may fail after it was given up: the parent hears of what matters by the answer.
process.on('unhandledRejection', () => undefined);
process.send?.('ready');
