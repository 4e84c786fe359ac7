import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { getCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readAuthorities } from './authorities.ts';
import { startScriptedMicrosoft, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import { makeGraph } from './support/make-graph.ts';

let microsoft: ScriptedMicrosoft;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());

test('an extra authority is trusted beside those of the system, not in their place', async () => {
  const authorities = readAuthorities(microsoft.caFile)!;
  expect(authorities).toEqual([...getCACertificates('default'), await readFile(microsoft.caFile, 'utf8')]);
  expect(authorities.length).toBeGreaterThan(50);
});

test('without an extra file the default holds', () => {
  expect(readAuthorities(undefined)).toBeUndefined();
  expect(readAuthorities('')).toBeUndefined();
});

test('a file without a certificate is refused with the remedy', () => {
  expect(() => readAuthorities(new URL('../package.json', import.meta.url).pathname)).toThrow('TRAWL_EXTRA_CA_FILE must name a PEM file');
});

test('a server that offers HTTP/2 is spoken to over HTTP/1.1, where connections bound requests in flight', async () => {
  const versions: string[] = [];
  const { cert, key } = microsoft.certificate;
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    response.end('{"value":[]}');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { graph } = makeGraph(microsoft, {
    endpoints: { authority: microsoft.origin, graph: `https://localhost:${(server.address() as AddressInfo).port}` },
  });
  onTestFinished(async () => {
    await graph.close();
    server.close();
  });
  await graph.listUsers({ link: null }, {});
  expect(versions).toEqual(['1.1']);
});
