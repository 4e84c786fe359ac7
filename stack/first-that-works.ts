import { exitCodes, stackError, wordsOf } from './stack-error.ts';

/** Says one line about what is done. */
export type Say = (line: string) => void;

/** One way to come by a server. */
export interface Way<T> {
  /** Names the way in lines for the user, such as `TRAWL_MONGOD_BIN` or `the vendor's download`. */
  name: string;
  /** Asked for by the user: when it fails, nothing else is tried. */
  decisive?: boolean;
  /** Gives the result, or null when this way does not apply here; throws when it applies and fails. */
  take(): Promise<T | null>;
}

/**
 * The result of the first way that works. A way that fails says why in one line.
 * Throws with exit code 3 when none works, listing each failure and the remedy.
 */
export async function firstThatWorks<T>(options: { what: string; ways: Way<T>[]; remedy: string; say: Say }): Promise<T> {
  const { what, ways, remedy, say } = options;
  const failures: string[] = [];
  for (const way of ways) {
    try {
      const result = await way.take();
      if (result !== null) return result;
      failures.push(`${way.name}: not there`);
    } catch (error) {
      const words = wordsOf(error);
      if (way.decisive)
        throw stackError(exitCodes.provisioning, `${what}: ${way.name} is set, but ${words}. Remedy: correct it or unset it.`);
      say(`${way.name} failed: ${words}`);
      failures.push(`${way.name}: ${words}`);
    }
  }
  const list = failures.map((failure) => `\n  - ${failure}`).join('');
  throw stackError(exitCodes.provisioning, `${what} could not be had. Tried in this order:${list}\n  Remedy: ${remedy}`);
}
