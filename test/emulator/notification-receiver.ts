import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly body: any;
}

/** An endpoint for notices that shakes hands as Microsoft documents it and keeps what it was told. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers given to notices; 202 unless changed. */
  status: number;
  /** What a handshake is answered with: the token decoded, unless changed. */
  handshake: (token: string) => { status: number; type: string; body: string };
  /** All notices at a path, of all posts. */
  notices(path?: string): any[];
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const receiver = { status: 202, handshake: (token: string) => ({ status: 200, type: 'text/plain', body: token }) } as Receiver;
  const server: Server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url!, 'http://localhost');
    const token = url.searchParams.get('validationToken');
    let text = '';
    incoming.on('data', (part: Buffer) => (text += part.toString('utf8')));
    incoming.on('end', () => {
      if (token !== null) {
        const { status, type, body } = receiver.handshake(token);
        outgoing.writeHead(status, { 'content-type': type }).end(body);
        return;
      }
      received.push({ path: url.pathname, body: JSON.parse(text) });
      outgoing.writeHead(receiver.status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    notices: (path = '/notices') => received.filter((entry) => entry.path === path).flatMap((entry) => entry.body.value),
    stop: () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))),
  });
}
