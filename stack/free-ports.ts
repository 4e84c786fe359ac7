import { createServer } from 'node:net';

/** True when nothing listens on the port of the loopback interface. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOn(port)) !== null;
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Below the ports that systems give to outgoing connections: one of those could be taken before it is listened on. */
const quietPorts = { from: 20_000, count: 12_000, tries: 50 } as const;
/**
 * A port is chosen seconds before somebody listens on it. So each process chooses from a part of its own, in turn: processes
 * that choose at the same time have different ids, and what one has chosen it chooses again last.
 */
const partSize = 400;
const firstOfPart = quietPorts.from + (process.pid % (quietPorts.count / partSize)) * partSize;
let turn = Math.floor(Math.random() * partSize);

async function quietPort(): Promise<number | null> {
  for (let tries = 0; tries < quietPorts.tries; tries += 1) {
    turn = (turn + 1) % partSize;
    const port = firstOfPart + turn;
    if (await isFree(port)) return port;
  }
  return listenOn(0);
}

/** A port that nothing listens on: the first wished one that is free, else any. */
export async function freePort(wished: readonly number[] = []): Promise<number> {
  for (const port of wished) if (await isFree(port)) return port;
  const port = await quietPort();
  if (port === null) throw new Error('This machine has no free port on 127.0.0.1 left');
  return port;
}
