import { createSecureContext } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { Agent, request } from 'undici';

/** What the bare loader asks of Graph, as any small script would. */
export interface BareGraph {
  get<T>(url: string): Promise<T>;
  close(): Promise<void>;
}

export interface BareGraphSettings {
  origin: string;
  tenantId: string;
  clientId: string;
  secret: string;
  ca: string;
  connections: number;
  pageSize: number;
}

async function readToken(agent: Agent, { origin, tenantId, clientId, secret }: BareGraphSettings): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: `${origin}/.default`,
  });
  const answer = await request(`${origin}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
    dispatcher: agent,
  });
  const { access_token: token } = (await answer.body.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The token endpoint answers with status ${answer.statusCode}`);
  return token;
}

/** Takes one token and gives plain requests that carry it. No retry, no limits, no checks: this is what a crawl is compared with. */
export async function openBareGraph(settings: BareGraphSettings): Promise<BareGraph> {
  const agent = new Agent({
    connections: settings.connections,
    allowH2: false,
    connect: { secureContext: createSecureContext({ ca: settings.ca }) },
  });
  const token = await readToken(agent, settings);
  const headers = {
    authorization: `Bearer ${token}`,
    prefer: `IdType="ImmutableId", odata.maxpagesize=${settings.pageSize}`,
    // As every client does that is used for Graph: mail shrinks to a fifth.
    'accept-encoding': 'gzip',
  };
  return {
    async get(url) {
      const answer = await request(url, { headers, dispatcher: agent });
      if (answer.statusCode !== 200) throw new Error(`The bare loader was answered with status ${answer.statusCode}`);
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      return JSON.parse(plain.toString('utf8')) as never;
    },
    close: () => agent.close(),
  };
}
