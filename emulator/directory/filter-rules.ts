import { parseFilter, propertiesOf, type Filter } from '../http/filter.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import type { EntityType } from './entity-types.ts';

/** learn.microsoft.com/graph/aad-advanced-queries: endsWith works on these only. */
const ENDS_WITH: ReadonlySet<string> = new Set(['mail', 'otherMails', 'userPrincipalName', 'proxyAddresses']);

/** Properties that $filter does not take: learn.microsoft.com/graph/api/resources/user and …/group. */
const UNFILTERABLE: ReadonlySet<string> = new Set([
  ...[
    'authorizationInfo',
    'customSecurityAttributes',
    'licenseAssignmentStates',
    'passwordProfile',
    'passwordPolicies',
    'print',
    'serviceProvisioningErrors',
  ],
  ...[
    'visibility',
    'theme',
    'creationOptions',
    'resourceBehaviorOptions',
    'deviceMetadata',
    'addresses',
    'phones',
    'streetAddress',
    'showInAddressList',
  ],
]);

const BOOLEANS: ReadonlySet<string> = new Set([
  ...[
    'accountEnabled',
    'mailEnabled',
    'securityEnabled',
    'onPremisesSyncEnabled',
    'hasMembersWithLicenseErrors',
    'isAssignableToRole',
    'isResourceAccount',
    'isCompliant',
    'isManaged',
  ],
]);

const COLLECTIONS: ReadonlySet<string> = new Set([
  ...[
    'assignedLicenses',
    'assignedPlans',
    'businessPhones',
    'groupTypes',
    'identities',
    'imAddresses',
    'otherMails',
    'provisionedPlans',
    'proxyAddresses',
    'assignedLabels',
  ],
  ...['onPremisesProvisioningErrors', 'alternativeSecurityIds', 'physicalIds', 'systemLabels', 'servicePrincipalNames', 'alternativeNames'],
]);

export interface CheckedFilter {
  readonly filter: Filter;
  /** Roots of the property paths: all that has to be worked out for a decision. */
  readonly names: readonly string[];
  readonly needsAdvanced: boolean;
}

/** A directory `$filter`. Throws Graph's 400 for bad syntax, unknown properties, and what the directory does not filter by. */
export function checkedDirectoryFilter(text: string, types: readonly EntityType[]): CheckedFilter {
  let parsed: Filter;
  try {
    parsed = parseFilter(text);
  } catch (error) {
    throw DIRECTORY_PROBLEMS.badUri((error as Error).message);
  }
  const names = new Set<string>();
  const spelled = new Map<string, string>();
  for (const path of propertiesOf(parsed)) {
    const root = path.split('/')[0]!;
    const name = types.flatMap((type) => type.properties).find((known) => known.toLowerCase() === root.toLowerCase());
    if (name === undefined)
      throw DIRECTORY_PROBLEMS.badUri(`Invalid filter clause: Could not find a property named '${root}' on type '${nameOf(types)}'.`);
    if (UNFILTERABLE.has(name) || types[0]!.singleOnly.has(name)) throw DIRECTORY_PROBLEMS.badFilter(name, resourceOf(types));
    names.add(name);
    spelled.set(root, name);
  }
  const filter = renamed(parsed, spelled);
  return { filter, names: [...names], needsAdvanced: isAdvanced(filter, { types, lists: new Map() }) };
}

function nameOf(types: readonly EntityType[]): string {
  return types.length === 1 ? types[0]!.name : 'microsoft.graph.directoryObject';
}

function resourceOf(types: readonly EntityType[]): string {
  const kind = types.length === 1 ? types[0]!.kind : 'directoryObject';
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** Property names are matched without regard to case. */
function renamed(filter: Filter, spelled: ReadonlyMap<string, string>): Filter {
  if ('parts' in filter) return { ...filter, parts: filter.parts.map((part) => renamed(part, spelled)) };
  if (filter.type === 'not') return { ...filter, part: renamed(filter.part, spelled) };
  const [root = '', ...rest] = filter.property.split('/');
  return { ...filter, property: [spelled.get(root) ?? root, ...rest].join('/') };
}

interface Scope {
  readonly types: readonly EntityType[];
  /** Lambda variables and the collections that they run over. */
  readonly lists: ReadonlyMap<string, string>;
}

/** Also refuses what no header makes possible. */
function isAdvanced(filter: Filter, scope: Scope): boolean {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.parts.map((part) => isAdvanced(part, scope)).includes(true);
    case 'not':
      isAdvanced(filter.part, scope);
      return true;
    case 'any': {
      if (!COLLECTIONS.has(filter.property)) throw DIRECTORY_PROBLEMS.badFilter(filter.property, resourceOf(scope.types));
      return isAdvanced(filter.part, { ...scope, lists: new Map([...scope.lists, [filter.variable, filter.property]]) });
    }
    case 'function':
      return isAdvancedFunction(filter, scope);
    case 'in':
      checkOperand(filter.property, filter.values[0] ?? null, scope);
      return false;
    case 'compare':
      checkOperand(filter.property, filter.value, scope);
      return filter.operator === 'ne' || filter.property.endsWith('/$count');
  }
}

function isAdvancedFunction(filter: Extract<Filter, { type: 'function' }>, { types, lists }: Scope): boolean {
  const root = filter.property.split('/')[0]!;
  const property = lists.get(root) ?? root;
  if (filter.name === 'contains') throw DIRECTORY_PROBLEMS.badFilter(property, resourceOf(types));
  if (BOOLEANS.has(property) || (COLLECTIONS.has(property) && !lists.has(root)))
    throw DIRECTORY_PROBLEMS.badFilter(property, resourceOf(types));
  if (filter.name === 'endswith' && !ENDS_WITH.has(property)) throw DIRECTORY_PROBLEMS.badFilter(property, resourceOf(types));
  return filter.name === 'endswith';
}

function checkOperand(path: string, value: unknown, { lists }: Scope): void {
  const isWhole = !path.includes('/') && !lists.has(path);
  if (!isWhole || value === null) return;
  const type = typeof value === 'boolean' ? 'Edm.Boolean' : typeof value === 'number' ? 'Edm.Int32' : 'Edm.String';
  const own = COLLECTIONS.has(path) ? 'Collection(Edm.String)' : BOOLEANS.has(path) ? 'Edm.Boolean' : 'Edm.String';
  if (type === own || (own === 'Edm.String' && type === 'Edm.Int32')) return;
  throw DIRECTORY_PROBLEMS.badUri(
    `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${own}' and '${type}' for operator kind 'Equal'.`,
  );
}
