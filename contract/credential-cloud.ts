import { Type, type Static } from 'typebox';

export const clouds = ['global', 'usGovL4', 'usGovL5', 'china', 'custom'] as const;
export type Cloud = (typeof clouds)[number];

/** Hosts of a cloud: where tokens come from, and where Graph answers. */
export const Endpoints = Type.Object({ authority: Type.String(), graph: Type.String() });
export type Endpoints = Static<typeof Endpoints>;

/** Microsoft's hosts per cloud (learn.microsoft.com/graph/deployments). */
export const cloudEndpoints: Record<Exclude<Cloud, 'custom'>, Endpoints> = {
  global: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usGovL4: { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  usGovL5: { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: { authority: 'https://login.partner.microsoftonline.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
};
