import type { Answer } from '../http/answer.ts';
import { publicJson } from './entra-answer.ts';
import { needed, parametersOf, type EntraContext } from './entra-request.ts';

/**
 * GET /common/userrealm/{user}, or ?user=: every MSAL asks before it sends a user name and password whether another identity
 * provider keeps them (github.com/AzureAD/microsoft-authentication-library-for-python, authority.py). Here none does.
 */
export function userRealm({ request, world, names }: EntraContext, userOfPath: string | undefined): Answer {
  const user = userOfPath ?? needed(parametersOf(request.query), 'user');
  const domain = user.slice(user.lastIndexOf('@') + 1).toLowerCase();
  const isOwn = user.includes('@') && world.tenant.domains.some((name) => name.toLowerCase() === domain);
  const account = isOwn ? { account_type: 'Managed', domain_name: domain } : { account_type: 'Unknown' };
  const cloud = { cloud_instance_name: names.instanceName, cloud_audience_urn: 'urn:federation:MicrosoftOnline' };
  return publicJson({ ver: '1.0', ...account, ...cloud });
}
