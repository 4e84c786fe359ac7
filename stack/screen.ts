import type { WriteStream } from 'node:tty';

/** Where a command speaks: lines that stay, and below them, on a terminal, a status that is redrawn. */
export interface Screen {
  line(text: string): void;
  /** Shows how things are; without a terminal a line, when it differs from the last and some time has passed. */
  status(text: string): void;
  end(): void;
}

const quietMs = 5000;

/** A screen on the given stream, which is stderr for `npm start`, since stdout is for results. */
export function createScreen({ stream, now = Date.now }: { stream: WriteStream; now?: () => number }): Screen {
  let shown = '';
  let shownAt = 0;
  const clear = stream.isTTY ? '\r\u001B[K' : '';
  const cut = (text: string): string => text.slice(0, Math.max(20, stream.columns - 1));
  return {
    line: (text) => {
      stream.write(`${shown === '' ? '' : clear}${text}\n`);
      if (stream.isTTY && shown !== '') stream.write(cut(shown));
    },
    status: (text) => {
      if (text === shown) return;
      if (stream.isTTY) stream.write(`${clear}${cut(text)}`);
      else if (now() - shownAt < quietMs) return;
      else stream.write(`${text}\n`);
      shown = text;
      shownAt = now();
    },
    end: () => {
      if (stream.isTTY && shown !== '') stream.write('\n');
      shown = '';
    },
  };
}
