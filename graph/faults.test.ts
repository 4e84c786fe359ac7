import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCertificates } from './support/certificates.ts';
import { clientId, makeGraph, secret, tenantId } from './support/make-graph.ts';
import { closedOrigin, startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';

let microsoft: ScriptedMicrosoft;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());

function open(settings: Parameters<typeof makeGraph>[1] = {}) {
  microsoft.scriptToken();
  const made = makeGraph(microsoft, settings);
  onTestFinished(() => made.graph.close());
  return made;
}

const json = { 'Content-Type': 'application/json' };
const message = { userId: 'canary-user', messageId: 'm' };
const delta = { userId: 'canary-user', folderId: 'f', link: null, pageSize: 100 };
const closed = (response: ServerResponse) => once(response, 'close');

test.each(['{"@odata.context":"x","value":[', '{"value":[{"id":"m1","subject":"can', '  {'])(
  'JSON that ends in the middle (%j) asks for smaller pages',
  async (body) => {
    const { graph } = open();
    microsoft.script({ headers: json, body });
    await expect(graph.readMessageDelta(delta, {})).rejects.toMatchObject({
      code: 'TrawlTruncatedAnswer',
      class: 'malformedItem',
      status: 200,
    });
  },
);

test.each(['<html>Sign in to the proxy</html>', 'OK', ''])('an answer that never was JSON (%j) is transient', async (body) => {
  const { graph } = open();
  microsoft.script({ body });
  await expect(graph.readMessageDelta(delta, {})).rejects.toMatchObject({ code: 'TrawlUnreadableAnswer', class: 'transient', status: 200 });
});

test('a connection that breaks in mid-body is transient, however much came', async () => {
  const { graph } = open();
  microsoft.script((response) => {
    response.writeHead(200, { ...json, 'Content-Length': '1000000' });
    response.write('{"value":[{"id":"m1"}', () => response.destroy());
  });
  await expect(graph.readMessageDelta(delta, {})).rejects.toMatchObject({ code: 'TrawlUnreachable', class: 'transient', status: null });
  await expect(graph.readAttachment({ ...message, attachmentId: 'a' }, {})).rejects.toMatchObject({ code: 'TrawlUnreachable' });
});

test('a connection that breaks before the answer is transient and sent once', async () => {
  const { graph } = open();
  microsoft.script((response) => void response.destroy());
  await expect(graph.getMessage(message, {})).rejects.toMatchObject({ code: 'TrawlUnreachable', class: 'transient' });
  expect(microsoft.graphRequests).toHaveLength(1);
});

test('a host that refuses connections is transient, and the error does not name it', async () => {
  const { graph } = open({ endpoints: { authority: microsoft.origin, graph: await closedOrigin() } });
  const error = await graph.getMessage(message, {}).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'TrawlUnreachable', message: 'getMessage failed with TrawlUnreachable (ECONNREFUSED)' });
});

test('a server that never answers is a timeout, and loses its connection', async () => {
  const { graph } = open({ requestTimeoutMs: 1_000 });
  let left: Promise<unknown> | undefined;
  microsoft.script((response) => {
    left = closed(response);
  });
  await expect(graph.getMessage(message, {})).rejects.toMatchObject({ code: 'TrawlTimeout', class: 'transient', status: null });
  await left;
});

test('a body that stops or drips on is a timeout too', async () => {
  const { graph } = open({ requestTimeoutMs: 1_000 });
  let left: Promise<unknown> | undefined;
  const drip: Reply = (response) => {
    left = closed(response);
    response.writeHead(200, json);
    const timer = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(timer));
  };
  microsoft.script(drip);
  await expect(graph.readMessageDelta(delta, {})).rejects.toMatchObject({ code: 'TrawlTimeout' });
  await left;
});

test('a stream may take longer than the limit as long as it goes on', async () => {
  const { graph } = open({ requestTimeoutMs: 1_000 });
  microsoft.script((response) => {
    response.writeHead(200);
    let sent = 0;
    const timer = setInterval(() => {
      response.write('x'.repeat(10));
      sent += 1;
      if (sent < 8) return;
      clearInterval(timer);
      response.end();
    }, 200);
  });
  expect(await graph.readAttachment({ ...message, attachmentId: 'a' }, {})).toMatchObject({ bytes: 80 });
});

test('a stream that stops is a timeout', async () => {
  const { graph } = open({ requestTimeoutMs: 1_000 });
  microsoft.script((response) => {
    response.writeHead(200);
    response.write('x');
  });
  await expect(graph.readAttachment({ ...message, attachmentId: 'a' }, {})).rejects.toMatchObject({ code: 'TrawlTimeout' });
});

test("an abort reaches the socket, before the answer and in mid-body, with the caller's reason", async () => {
  const { graph } = open();
  for (const begin of [() => undefined, (response: ServerResponse) => response.writeHead(200, json).write('{"value":[')]) {
    const controller = new AbortController();
    const reason = new Error('stopped');
    let left: Promise<unknown> | undefined;
    microsoft.script((response) => {
      left = closed(response);
      begin(response);
      setImmediate(() => controller.abort(reason));
    });
    await expect(graph.readMessageDelta(delta, { signal: controller.signal })).rejects.toBe(reason);
    await left;
  }
});

test('an abort in mid-stream ends the stream', async () => {
  const { graph } = open();
  const controller = new AbortController();
  let left: Promise<unknown> | undefined;
  microsoft.script((response) => {
    left = closed(response);
    response.writeHead(200);
    response.write('x', () => controller.abort('paused'));
  });
  await expect(graph.readAttachment({ ...message, attachmentId: 'a' }, { signal: controller.signal })).rejects.toBe('paused');
  await left;
});

test('a caller that has aborted before sends nothing', async () => {
  const { graph, reported } = open();
  microsoft.script({ body: { value: [] } });
  await expect(graph.listUsers({ link: null }, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
  await expect(graph.checkCredential({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
  expect([microsoft.graphRequests, microsoft.tokenRequests, reported]).toEqual([[], [], []]);
});

test('nothing stays on a signal that outlives its requests', async () => {
  const { graph } = open();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => ((listeners += 1), add(...args)),
    removeEventListener: (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args)),
  });
  microsoft.script({ body: { value: [] } });
  for (let sent = 0; sent < 5; sent += 1) await graph.listUsers({ link: null }, { signal });
  expect(listeners).toBe(0);
});

test('a redirect is not followed, and takes no token along', async () => {
  const { graph } = open();
  microsoft.script({ status: 302, headers: { Location: `${microsoft.origin}/v1.0/users` }, body: '' });
  await expect(graph.getMessage(message, {})).rejects.toMatchObject({ code: 'TrawlRedirected', status: 302, class: 'transient' });
  expect(microsoft.graphRequests).toHaveLength(1);
});

test('a host whose authority is not trusted gets no request, and the remedy is told', async () => {
  const { cert, key } = await createCertificates();
  const seen: string[] = [];
  const impostor = createServer({ cert, key }, (request, response) => {
    seen.push(request.url!);
    response.end('{}');
  }).listen(0, 'localhost');
  await once(impostor, 'listening');
  onTestFinished(() => void impostor.close());
  const { graph } = open({
    endpoints: { authority: microsoft.origin, graph: `https://localhost:${(impostor.address() as AddressInfo).port}` },
  });
  await expect(graph.getMessage(message, {})).rejects.toMatchObject({ code: 'TrawlCertificateRefused', class: 'transient' });
  expect(seen).toEqual([]);
});

test('addresses that are not https, and a file of authorities that is none, are refused at once', () => {
  const { origin } = microsoft;
  expect(() => open({ endpoints: { authority: origin, graph: 'http://localhost:1234' } })).toThrow('The Graph address must be https://');
  expect(() => open({ endpoints: { authority: 'http://localhost:1234', graph: origin } })).toThrow(
    'The authority address must be https://',
  );
  expect(() => open({ extraCaFile: '/nowhere/ca.pem' })).toThrow(
    'Cannot read the certificate authorities in /nowhere/ca.pem (ENOENT): correct TRAWL_EXTRA_CA_FILE or unset it',
  );
  expect(() => open({ extraCaFile: import.meta.filename })).not.toThrow(TypeError);
});

test('an answer larger than may be read is cut off the socket, counted after decompression', async () => {
  const { graph } = open();
  const read = (maxBytes: number) => graph.listAttachments({ ...message, withContent: true, maxBytes }, {});
  const body = JSON.stringify({
    value: [{ id: 'a', '@odata.type': '#microsoft.graph.fileAttachment', contentBytes: 'A'.repeat(1_000_000) }],
  });
  microsoft.script({ headers: { ...json, 'Content-Encoding': 'gzip' }, body: gzipSync(body) });
  await expect(read(100_000)).rejects.toMatchObject({
    name: 'AnswerTooLargeError',
    code: 'TrawlAnswerTooLarge',
    class: 'malformedItem',
    maxBytes: 100_000,
  });
  microsoft.script({ headers: { ...json, 'Content-Encoding': 'br' }, body: brotliCompressSync(body) });
  expect(await read(2_000_000)).toHaveLength(1);
  let left: Promise<unknown> | undefined;
  microsoft.script((response) => {
    left = closed(response);
    response.writeHead(200, json);
    const pour = () => {
      while (!response.destroyed && response.write('"'.repeat(65_536)));
    };
    response.on('drain', pour);
    pour();
  });
  await expect(read(300_000)).rejects.toMatchObject({ code: 'TrawlAnswerTooLarge' });
  await left;
});

test('neither secret nor token, address, query or content is in any error or log', async () => {
  const { graph, logged } = open({ requestTimeoutMs: 1_000 });
  const canaryBody = {
    error: { code: 'ErrorItemNotFound', message: 'canary subject of anna@contoso.com', innerError: { message: 'canary' } },
  };
  const stored = `${microsoft.origin}/v1.0/users/canary-user/mailFolders/f/messages/delta?$skiptoken=canary-link`;
  const replies: Reply[] = [
    { status: 404, body: canaryBody },
    { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'canary-token-1' } } },
    { status: 500, body: '<html>canary</html>' },
    { headers: json, body: '{"value":[{"subject":"canary' },
    { headers: json, body: '{"value":[],"canary":1}' },
    { headers: json, body: '{"value":{"canary":1}}' },
    { status: 302, headers: { Location: 'https://canary.example/' }, body: '' },
    (response) => void response.destroy(),
    () => undefined,
  ];
  const entra: Reply = { status: 401, body: { error: 'invalid_client', error_description: `canary ${secret}`, error_codes: [7000215] } };
  const errors: unknown[] = [];
  for (const reply of replies) {
    microsoft.script(reply);
    await graph.readMessageDelta({ ...delta, link: stored }, {}).catch((error: unknown) => errors.push(error));
  }
  await graph.readMessageDelta({ ...delta, link: 'https://canary.example/v1.0/x' }, {}).catch((error: unknown) => errors.push(error));
  const { graph: refused } = open();
  microsoft.scriptToken(entra, entra);
  await refused.getMessage(message, {}).catch((error: unknown) => errors.push(error));
  expect(errors).toHaveLength(replies.length + 2);
  const told =
    errors
      .map((error) => `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`)
      .join('\n') + JSON.stringify(logged);
  for (const canary of ['canary', secret, 'contoso', 'skiptoken', 'localhost:']) expect(told).not.toContain(canary);
  expect(told).not.toContain(tenantId);
  expect(JSON.stringify(errors)).not.toContain(clientId);
});
