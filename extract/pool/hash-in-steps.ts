import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

const stepBytes = 4 * 1_048_576;

/** SHA-256 in hex; what else the process does goes on between the steps. */
export async function hashInSteps(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += stepBytes) {
    if (at > 0) await setImmediate();
    hash.update(bytes.subarray(at, at + stepBytes));
  }
  return hash.digest('hex');
}
