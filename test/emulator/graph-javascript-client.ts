import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { Client, PageIterator, type PageCollection } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { TestEmulator } from './support.ts';

const SCOPES = ['https://graph.microsoft.com/.default'];

/** Microsoft's client as its own documents set it up: default middleware, tokens by Azure Identity; only the hosts are the emulator's. */
export function graphJavaScriptClient(emulator: TestEmulator): Client {
  setDefaultCACertificates([...getCACertificates('default'), emulator.ca]);
  const credential = new ClientSecretCredential(emulator.tenantId, emulator.clientId, emulator.secret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  });
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: SCOPES });
  return Client.initWithMiddleware({
    authProvider,
    baseUrl: `${emulator.url}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
  });
}

/** Everything that the client's own PageIterator finds from this page on, and where a delta round left off. */
export async function iterate(
  client: Client,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ items: any[]; deltaLink: string | undefined }> {
  const first = (await client.api(path).headers(headers).get()) as PageCollection;
  const items: any[] = [];
  const keep = (item: unknown) => (items.push(item), true);
  const iterator = new PageIterator(client, first, keep, { headers });
  await iterator.iterate();
  return { items, deltaLink: iterator.getDeltaLink() };
}
