import type { GraphProperties } from '../data/directory-model.ts';
import { json, type Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { DIRECTORY_READERS } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES } from './entity-types.ts';
import { answerList } from './list.ts';
import { renderOrganization } from './render-organization.ts';

const DOMAIN_READERS = ['Domain.Read.All', 'Domain.ReadWrite.All', ...DIRECTORY_READERS];
export const ORGANIZATION_FULL = ['Organization.Read.All', 'Organization.ReadWrite.All', ...DIRECTORY_READERS];
const ORGANIZATION_READERS = [...ORGANIZATION_FULL, 'User.Read', 'User.Read.All', 'Domain.Read.All', 'Group.Read.All'];

export const tenantRoutes: readonly GraphRoute[] = [
  directoryRoute('/domains', { kind: 'domains.list', roles: DOMAIN_READERS, handle: listDomains }),
  directoryRoute('/domains/{domain-id}', { kind: 'domains.get', roles: DOMAIN_READERS, handle: getDomain }),
  directoryRoute('/domains/{domain-id}/domainNameReferences', {
    kind: 'domains.nameReferences',
    roles: DOMAIN_READERS,
    handle: listReferences,
  }),
  directoryRoute('/organization', { kind: 'organization.list', roles: ORGANIZATION_READERS, handle: listOrganization }),
  directoryRoute('/organization/{organization-id}', { kind: 'organization.get', roles: ORGANIZATION_READERS, handle: getOrganization }),
];

interface Domain {
  readonly name: string;
  readonly properties: GraphProperties;
}

/** Those of the organisation first, then what was added since. */
function domainsOf({ world }: GraphContext): readonly Domain[] {
  const given = world.directory.domains();
  const names = new Set([...world.tenant.domains, ...given.keys()]);
  return [...names].map((name) => ({ name, properties: given.get(name) ?? {} }));
}

function renderDomain(domain: Domain, domains: readonly Domain[]): Record<string, unknown> {
  const { name, properties } = domain;
  return {
    ...{ authenticationType: 'Managed', availabilityStatus: null, id: name, isAdminManaged: true, isDefault: name === domains[0]!.name },
    ...{
      isInitial: name.endsWith('.onmicrosoft.com'),
      isRoot: !domains.some((other) => name !== other.name && name.endsWith(`.${other.name}`)),
      isVerified: true,
    },
    ...{ passwordNotificationWindowInDays: null, passwordValidityPeriodInDays: null, state: null },
    ...{
      supportedServices: properties['isVerified'] === false ? [] : ['Email', 'OfficeCommunicationsOnline'],
      manufacturer: null,
      model: null,
    },
    ...properties,
  };
}

const DOMAIN_TYPE = {
  name: 'microsoft.graph.domain',
  properties: Object.keys(renderDomain({ name: '', properties: {} }, [{ name: '', properties: {} }])),
};

function listDomains(context: GraphContext): Answer {
  const all = domainsOf(context);
  const selected = parseSelect(context.request.query.get('$select'), DOMAIN_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, 'domains'),
    value: all.map((domain) => project(renderDomain(domain, all), selected)),
  });
}

function domainOfPath(context: GraphContext): Domain {
  const wanted = context.params['domain-id']!;
  const domain = domainsOf(context).find(({ name }) => name === wanted.toLowerCase());
  if (!domain) throw DIRECTORY_PROBLEMS.notFound(wanted);
  return domain;
}

function getDomain(context: GraphContext): Answer {
  const domain = domainOfPath(context);
  const selected = parseSelect(context.request.query.get('$select'), DOMAIN_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, 'domains/$entity'),
    ...project(renderDomain(domain, domainsOf(context)), selected),
  });
}

/** Users and groups that have an address or a name in the domain: learn.microsoft.com/graph/api/domain-list-domainnamereferences. */
function listReferences(context: GraphContext): Answer {
  const { name } = domainOfPath(context);
  const { directory } = context.world;
  const isIn = (address: string | null) => address?.toLowerCase().endsWith(`@${name}`) ?? false;
  const entries = [
    ...directory.list('user').filter(({ value }) => [value.upn, value.mail, ...value.aliases].some(isIn)),
    ...directory.list('group').filter(({ value }) => isIn(value.mail)),
  ].toSorted((a, b) => a.ordinal - b.ordinal);
  return answerList(context, { entries, types: Object.values(ENTITY_TYPES), set: 'directoryObjects', isRelation: true });
}

function organizationOf(context: GraphContext): Record<string, unknown> {
  const isFull = ORGANIZATION_FULL.some((role) => context.roles.has(role));
  const domains = domainsOf(context).filter(({ properties }) => properties['isVerified'] !== false);
  const verified = domains.map(({ name, properties }, index) => {
    const type = properties['authenticationType'] ?? 'Managed';
    return {
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: index === 0,
      isInitial: name.endsWith('.onmicrosoft.com'),
      name,
      type,
    };
  });
  return renderOrganization(context.world, { isFull, verified });
}

function listOrganization(context: GraphContext): Answer {
  const organization = organizationOf(context);
  const selected = selectedOf(context, organization);
  return json({ '@odata.context': contextUrl(context.request, 'organization'), value: [project(organization, selected)] });
}

function getOrganization(context: GraphContext): Answer {
  const id = context.params['organization-id']!;
  if (id.toLowerCase() !== context.world.tenant.id) throw DIRECTORY_PROBLEMS.notFound(id);
  const organization = organizationOf(context);
  const selected = selectedOf(context, organization);
  return json({ '@odata.context': contextUrl(context.request, 'organization/$entity'), ...project(organization, selected) });
}

function selectedOf({ request }: GraphContext, organization: object): ReadonlySet<string> | undefined {
  return parseSelect(request.query.get('$select'), { name: 'microsoft.graph.organization', properties: Object.keys(organization) });
}
