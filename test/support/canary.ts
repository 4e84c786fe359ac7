import type { Client } from '@temporalio/client';

/**
 * Every way in which a word may stand in bytes: as it is, in capitals, and in base64 (at each of the three places where
 * it may begin in a group), which is how payloads stand in JSON.
 */
function formsOf(word: string): Buffer[] {
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.from('\0'.repeat(before) + word).toString('base64');
    // Characters that also hold bits of what stands before or behind the word are left out.
    return whole.slice(before === 0 ? 0 : before + 1, Math.floor(((before + word.length) * 8) / 6));
  });
  return [word, word.toUpperCase(), encodeURIComponent(word), ...base64].map((form) => Buffer.from(form));
}

/** Which of the words stand in the bytes, in whatever form. */
export function wordsIn(bytes: Buffer, words: readonly string[]): string[] {
  return words.filter((word) => formsOf(word).some((form) => bytes.includes(form)));
}

/** All texts and all bytes of a value, however deep, such as a history with its payloads. */
export function bytesOf(value: unknown): Buffer {
  const parts: Buffer[] = [];
  const collect = (part: unknown): void => {
    if (typeof part === 'string') parts.push(Buffer.from(part));
    else if (part instanceof Uint8Array) parts.push(Buffer.from(part));
    else if (Array.isArray(part)) part.forEach(collect);
    else if (typeof part === 'object' && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        parts.push(Buffer.from(name));
        collect(inner);
      }
    }
  };
  collect(value);
  return Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]));
}

/** Everything that Temporal holds of every workflow: histories, and descriptions with memo, search attributes, summary and pending work. */
export async function temporalHoldings({ workflow, options }: Client): Promise<Map<string, Buffer>> {
  const holdings = new Map<string, Buffer>();
  for await (const { workflowId, runId } of workflow.list()) {
    const handle = workflow.getHandle(workflowId, runId);
    const execution = { namespace: options.namespace, execution: { workflowId, runId } };
    const description = await workflow.workflowService.describeWorkflowExecution(execution);
    holdings.set(`${workflowId} ${runId}`, bytesOf([await handle.fetchHistory(), description]));
  }
  return holdings;
}
