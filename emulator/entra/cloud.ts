/** Names of one of Microsoft's clouds: learn.microsoft.com/graph/deployments, learn.microsoft.com/entra/identity-platform/authentication-national-cloud. */
export interface Cloud {
  /** Hosts that stand for one authority; the first is where MSAL sends requests. */
  readonly loginHosts: readonly string[];
  readonly preferredCache: string;
  readonly graphHosts: readonly string[];
  readonly stsHost: string;
  readonly instanceName: string;
}

export const CLOUDS: readonly Cloud[] = [
  {
    loginHosts: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    ...{ preferredCache: 'login.windows.net', graphHosts: ['graph.microsoft.com'] },
    ...{ stsHost: 'sts.windows.net', instanceName: 'microsoftonline.com' },
  },
  {
    loginHosts: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
    ...{ preferredCache: 'login.partner.microsoftonline.cn', graphHosts: ['microsoftgraph.chinacloudapi.cn'] },
    ...{ stsHost: 'sts.chinacloudapi.cn', instanceName: 'partner.microsoftonline.cn' },
  },
  {
    loginHosts: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
    ...{ preferredCache: 'login.microsoftonline.us', graphHosts: ['graph.microsoft.us', 'dod-graph.microsoft.us'] },
    ...{ stsHost: 'sts.windows.net', instanceName: 'microsoftonline.us' },
  },
  {
    // Answered by instance discovery to this day, without a Graph of its own.
    ...{ loginHosts: ['login-us.microsoftonline.com'], preferredCache: 'login-us.microsoftonline.com' },
    ...{ graphHosts: [], stsHost: 'sts.windows.net', instanceName: 'microsoftonline.us' },
  },
];

/** The names that answers to a request carry: those of the cloud whose host was asked, else the emulator's own. */
export interface Names {
  /** https://host:port that was asked. */
  readonly origin: string;
  /** Where this authority's Graph is. */
  readonly graphOrigin: string;
  readonly instanceName: string;
  /** v1.0 tokens are issued in this name, which is no address. */
  stsIssuer(tenantId: string): string;
}

export function cloudOf(hostname: string): Cloud | undefined {
  return CLOUDS.find(({ loginHosts }) => loginHosts.includes(hostname));
}

export function namesFor(host: string): Names {
  const hostname = host.toLowerCase().replace(/:\d+$/, '');
  const cloud = cloudOf(hostname) ?? CLOUDS.find(({ graphHosts }) => graphHosts.includes(hostname));
  const origin = `https://${host}`;
  return {
    origin,
    graphOrigin: cloud?.graphHosts[0] === undefined ? origin : `https://${cloud.graphHosts[0]}`,
    instanceName: cloud?.instanceName ?? host,
    stsIssuer: (tenantId) => `https://${cloud?.stsHost ?? 'sts.windows.net'}/${tenantId}/`,
  };
}

/** Issuers whose v1.0 tokens Graph takes. */
export function stsIssuers(tenantId: string): readonly string[] {
  return [...new Set(CLOUDS.map(({ stsHost }) => `https://${stsHost}/${tenantId}/`))];
}
