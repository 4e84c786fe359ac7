import { ConfidentialClientApplication } from '@azure/msal-node';

/** A program that knows nothing of a certificate: whoever starts it says whom it trusts. */
const { url, tenantId, clientId, secret } = JSON.parse(process.env['EMULATOR']!) as Record<
  'url' | 'tenantId' | 'clientId' | 'secret',
  string
>;
const knownAuthorities = [new URL(url).host];
const app = new ConfidentialClientApplication({
  auth: { clientId, clientSecret: secret, authority: `${url}/${tenantId}`, knownAuthorities },
});
const token = await app.acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
const headers = { authorization: `Bearer ${token!.accessToken}`, consistencyLevel: 'eventual' };
process.stdout.write(await (await fetch(`${url}/v1.0/users/$count`, { headers })).text());
