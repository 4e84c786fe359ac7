/** Entra's and Graph's own names in all clouds: learn.microsoft.com/graph/deployments and …/entra/identity-platform/authentication-national-cloud. */
export const CLOUD_HOSTS: ReadonlySet<string> = new Set([
  'graph.microsoft.com',
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'login.microsoftonline.us',
  'microsoftgraph.chinacloudapi.cn',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]);
