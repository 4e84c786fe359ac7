import { connect, type TLSSocket } from 'node:tls';

export interface RawReply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A connection that sends bytes as they are told: no client library writes what a hostile one does. */
export async function openRaw(of: { port: number; ca: string }): Promise<TLSSocket> {
  const socket = connect({ port: of.port, host: '127.0.0.1', servername: 'localhost', ca: of.ca });
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.on('error', () => {});
  return socket;
}

/** Sends bytes and reads whole answers until so many came or the server ends the connection. */
export async function sendRaw(of: { port: number; ca: string }, bytes: string | Buffer, wanted = 1): Promise<RawReply[]> {
  const socket = await openRaw(of);
  const replies: RawReply[] = [];
  let held = Buffer.alloc(0);
  const done = new Promise<void>((resolve) => {
    socket.on('data', (part: Buffer) => {
      held = Buffer.concat([held, part]);
      for (let reply = takeReply(held); reply; reply = takeReply(held)) {
        replies.push(reply.reply);
        held = held.subarray(reply.length);
      }
      if (replies.length >= wanted) resolve();
    });
    socket.on('close', () => resolve());
  });
  socket.write(bytes);
  await done;
  socket.destroy();
  return replies;
}

function takeReply(bytes: Buffer): { reply: RawReply; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
  return { reply: { status, head, body: bytes.subarray(end + 4, end + 4 + length).toString('utf8') }, length: end + 4 + length };
}
