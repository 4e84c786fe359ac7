import { PROBLEMS } from './problem.ts';
import type { GraphRequest } from './request.ts';

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

const CHINA_GRAPH = 'microsoftgraph.chinacloudapi.cn';

/** China's cloud has no delta of messages and folders: learn.microsoft.com/graph/api/message-delta. */
export function refuseDeltaInChina(request: GraphRequest): void {
  if (new URL(request.origin).hostname === CHINA_GRAPH) throw PROBLEMS.noSegment('delta');
}
