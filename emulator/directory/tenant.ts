import { json } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem } from '../http/problem.ts';

const DOMAIN_READERS = ['Domain.Read.All', 'Domain.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const ORGANIZATION_FULL = ['Organization.Read.All', 'Organization.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const ORGANIZATION_READERS = [...ORGANIZATION_FULL, 'User.Read.All', 'Domain.Read.All', 'Group.Read.All'];

export const tenantRoutes: readonly GraphRoute[] = [
  directoryRoute('/domains', { kind: 'domains.list', roles: DOMAIN_READERS, handle: listDomains }),
  directoryRoute('/domains/{domain-id}', { kind: 'domains.get', roles: DOMAIN_READERS, handle: getDomain }),
  directoryRoute('/organization', { kind: 'organization.list', roles: ORGANIZATION_READERS, handle: listOrganization }),
];

function renderDomain(context: GraphContext, name: string): Record<string, unknown> {
  const { domains } = context.world.tenant;
  return {
    ...{ authenticationType: 'Managed', availabilityStatus: null, id: name, isAdminManaged: true, isDefault: name === domains[0] },
    ...{
      isInitial: name.endsWith('.onmicrosoft.com'),
      isRoot: !domains.some((other) => name !== other && name.endsWith(`.${other}`)),
      isVerified: true,
    },
    ...{ passwordNotificationWindowInDays: null, passwordValidityPeriodInDays: null, state: null },
    ...{ supportedServices: ['Email', 'OfficeCommunicationsOnline'], manufacturer: null, model: null },
  };
}

function listDomains(context: GraphContext) {
  const domains = context.world.tenant.domains.map((name) => renderDomain(context, name));
  const selected = parseSelect(context.request.query.get('$select'), {
    name: 'microsoft.graph.domain',
    properties: Object.keys(domains[0]!),
  });
  return json({ '@odata.context': contextUrl(context.request, 'domains'), value: domains.map((domain) => project(domain, selected)) });
}

function getDomain(context: GraphContext) {
  const name = context.params['domain-id']!.toLowerCase();
  if (!context.world.tenant.domains.includes(name)) {
    throw problem(
      404,
      'Request_ResourceNotFound',
      `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`,
    );
  }
  return json({ '@odata.context': contextUrl(context.request, 'domains/$entity'), ...renderDomain(context, name) });
}

/** With lesser permissions only id, displayName and verifiedDomains are filled: learn.microsoft.com/graph/api/organization-list. */
function listOrganization(context: GraphContext) {
  const { tenant } = context.world;
  const isFull = ORGANIZATION_FULL.some((role) => context.roles.has(role));
  const verifiedDomains = tenant.domains.map((name, index) => {
    const isInitial = name.endsWith('.onmicrosoft.com');
    return { capabilities: 'Email, OfficeCommunicationsOnline', isDefault: index === 0, isInitial, name, type: 'Managed' };
  });
  const plan = {
    assignedDateTime: '2021-08-02T10:36:57Z',
    capabilityStatus: 'Enabled',
    service: 'exchange',
    servicePlanId: '113feb6c-3fe4-4440-bddc-54d774bf0318',
  };
  const organization = {
    ...{ id: tenant.id, deletedDateTime: null, businessPhones: [], city: null, country: null, countryLetterCode: isFull ? 'NL' : null },
    ...{ createdDateTime: isFull ? '2021-08-02T10:30:06Z' : null, displayName: tenant.name, marketingNotificationEmails: [] },
    ...{ onPremisesLastSyncDateTime: null, onPremisesSyncEnabled: null, postalCode: null, preferredLanguage: isFull ? 'en' : null },
    ...{
      securityComplianceNotificationMails: [],
      securityComplianceNotificationPhones: [],
      state: null,
      street: null,
      technicalNotificationMails: [],
    },
    ...{
      tenantType: isFull ? 'AAD' : null,
      assignedPlans: isFull ? [plan] : [],
      privacyProfile: null,
      provisionedPlans: [],
      verifiedDomains,
    },
  };
  const selected = parseSelect(context.request.query.get('$select'), {
    name: 'microsoft.graph.organization',
    properties: Object.keys(organization),
  });
  return json({ '@odata.context': contextUrl(context.request, 'organization'), value: [project(organization, selected)] });
}
