import type { DirectoryEntry, GroupKind } from '../data/directory-model.ts';
import type { AppRegistration, User } from '../data/model.ts';
import type { EntraContext } from './entra-request.ts';

/** learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim */
const MOST_IN_TOKEN = 200;
const MOST_IN_FRAGMENT = 5;

/** Object ids of a person's groups, where the app asks for them; too many are told by a link to where they can be read. */
/** learn.microsoft.com/entra/identity-platform/optional-claims: SecurityGroup leaves distribution lists and Microsoft 365 groups out. */
const SECURITY_KINDS: ReadonlySet<GroupKind> = new Set<GroupKind>(['security', 'mailEnabledSecurity', 'dynamic']);

export function groupClaims(app: AppRegistration, user: User, context: EntraContext, inFragment = false): object {
  if ((app.groupClaims ?? 'none') === 'none') return {};
  const isWanted = ({ value }: DirectoryEntry<'group'>) => app.groupClaims === 'all' || SECURITY_KINDS.has(value.kind);
  const groups = context.world.directory.membership
    .transitiveGroupsOf(user.id)
    .filter(isWanted)
    .map(({ id }) => id);
  if (groups.length === 0) return {};
  if (inFragment && groups.length > MOST_IN_FRAGMENT) return { hasgroups: true };
  if (groups.length <= MOST_IN_TOKEN) return { groups };
  const endpoint = `${context.names.graphOrigin}/v1.0/users/${user.id}/getMemberObjects`;
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } };
}
