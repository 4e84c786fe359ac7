import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { CLOUD_HOSTS } from '../http/cloud-hosts.ts';

/**
 * An http proxy for clients whose endpoints are fixed. CONNECT to one of Microsoft's hosts is led to the emulator, which
 * shows a certificate of its own authority for that name; everything else is refused.
 */
export function createConnectProxy(deps: { emulatorPort(): number; emulatorHost: string }): Server {
  const tunnels = new Set<Duplex>();
  const server = createServer((_incoming, outgoing) => {
    outgoing.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' });
    outgoing.end('This proxy takes CONNECT alone, to the hosts of Microsoft Graph and Entra ID.\n');
  });
  server.on('connect', (request, client: Duplex, head: Buffer) => {
    tunnels.add(client);
    client.on('error', () => client.destroy()).on('close', () => tunnels.delete(client));
    const target = /^([^:]+)(?::(\d+))?$/.exec(request.url ?? '');
    const host = target?.[1]?.toLowerCase() ?? '';
    if (!CLOUD_HOSTS.has(host) || (target?.[2] ?? '443') !== '443') return refuse(client, host);
    const upstream = connect(deps.emulatorPort(), deps.emulatorHost, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  const closeIdle = server.closeAllConnections.bind(server);
  // A tunnel is no connection of the http server's any more; without this, closing would wait for it.
  server.closeAllConnections = () => {
    closeIdle();
    for (const client of tunnels) client.destroy();
  };
  return server;
}

function refuse(client: Duplex, host: string): void {
  const body = `The emulator's proxy does not lead to ${/^[a-z0-9.-]+$/.test(host) ? host : 'this host'}; it answers for Microsoft Graph and Entra ID alone.\n`;
  client.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
