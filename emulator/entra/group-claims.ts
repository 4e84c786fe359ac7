import type { AppRegistration, User } from '../data/model.ts';
import type { EntraContext } from './entra-request.ts';

/** learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim */
const MOST_IN_TOKEN = 200;
const MOST_IN_FRAGMENT = 5;

/** Object ids of a person's groups, where the app asks for them; too many are told by a link to where they can be read. */
export function groupClaims(app: AppRegistration, user: User, context: EntraContext, inFragment = false): object {
  if ((app.groupClaims ?? 'none') === 'none') return {};
  const groups = context.groupIdsOf(user.id);
  if (groups.length === 0) return {};
  if (inFragment && groups.length > MOST_IN_FRAGMENT) return { hasgroups: true };
  if (groups.length <= MOST_IN_TOKEN) return { groups };
  const endpoint = `${context.names.graphOrigin}/v1.0/users/${user.id}/getMemberObjects`;
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } };
}
