/** Of how many messages a lane asks the attachments in one request: as many as fit well into an answer, as far as is known. */
export interface GroupSize {
  /** Below two, a message is read singly. */
  next(): number;
  /** An answer of so many bytes told `brought` messages with attachments, of which `used` were asked for. */
  answered(answer: { bytes: number; brought: number; used: number }): void;
  /** A smaller request may get what this one did not: it was too large, or something in it cannot be given. */
  halve(): void;
  /** No such request is made until some messages were read singly; the longer, the more often in a row it came to this. */
  pause(): void;
  wentSingly(): void;
}

const first = 4;
/** Beyond that, a request more is little among those of the messages' pages, and a fault spoils more. */
const most = 20;
const longestPause = 64;

/** How large a lane's next answers should be is learned from those before: what hangs on a message is not known ahead. */
export function createGroupSize(maxBytes: number): GroupSize {
  let size = first;
  let singly = 0;
  let pauses = 0;

  function pause(): void {
    size = 1;
    pauses += 1;
    singly = Math.min(longestPause, 2 ** pauses);
  }

  function halve(): void {
    size = Math.floor(size / 2);
    if (size < 2) pause();
  }

  return {
    next: () => size,
    answered({ bytes, brought, used }) {
      if (used * 2 < brought || used === 0) return halve();
      pauses = 0;
      // The larger ones among the next may be twice as large.
      const fitting = Math.floor(maxBytes / 2 / (bytes / brought));
      size = Math.min(most, size * 2, fitting);
      if (size < 2) pause();
    },
    halve,
    pause,
    wentSingly() {
      if (size >= 2) return;
      singly -= 1;
      if (singly <= 0) size = 2;
    },
  };
}
