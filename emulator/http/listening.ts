import type { AddressInfo, Server } from 'node:net';

/** Resolves with the port that the server listens on. Rejects when it is taken. */
export function listen(server: Server, at: { port: number; host: string }): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Error(`The emulator's port ${at.port} on ${at.host} is taken; give another one, or 0 for a free one`, { cause: error })
          : error,
      );
    };
    server.once('error', fail);
    server.listen(at.port, at.host, () => {
      server.removeListener('error', fail);
      resolvePort((server.address() as AddressInfo).port);
    });
  });
}

/** Ends the server and all that is connected to it. */
export function close(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise((done) => {
    if (!server.listening) return done();
    server.close(() => done());
    server.closeAllConnections?.();
  });
}
