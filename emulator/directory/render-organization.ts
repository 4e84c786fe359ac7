import type { World } from '../data/world.ts';
import { SKUS } from './skus.ts';

const FOUNDED = '2021-08-02T10:30:06Z';
/** learn.microsoft.com/graph/api/organization-list: objects that a tenant with a verified domain may hold, at first. */
const QUOTA = 300_000;

const ALWAYS_EMPTY = {
  ...{ deletedDateTime: null, city: null, country: null, defaultUsageLocation: null, isMultipleDataLocationsForServicesEnabled: null },
  ...{
    marketingNotificationEmails: [],
    onPremisesLastSyncDateTime: null,
    onPremisesSyncEnabled: null,
    partnerTenantType: null,
    postalCode: null,
  },
  ...{ securityComplianceNotificationMails: [], securityComplianceNotificationPhones: [], state: null, street: null },
};

/** With lesser permissions only id, displayName and verifiedDomains are filled: learn.microsoft.com/graph/api/organization-list. */
export function renderOrganization(world: World, what: { isFull: boolean; verified: readonly object[] }): Record<string, unknown> {
  const { tenant } = world;
  const own = { id: tenant.id, displayName: tenant.name, ...ALWAYS_EMPTY, verifiedDomains: what.verified };
  if (!what.isFull) {
    const lists = { assignedPlans: [], provisionedPlans: [], businessPhones: [], technicalNotificationMails: [] };
    return {
      ...own,
      ...lists,
      countryLetterCode: null,
      createdDateTime: null,
      preferredLanguage: null,
      privacyProfile: null,
      tenantType: null,
    };
  }
  const plans = SKUS[0]!.plans;
  return {
    ...own,
    ...{ businessPhones: ['425-555-0100'], countryLetterCode: 'NL', createdDateTime: FOUNDED, preferredLanguage: 'en', tenantType: 'AAD' },
    technicalNotificationMails: [`admin@${tenant.domains[0]!}`],
    directorySizeQuota: { used: usedOf(world), total: QUOTA },
    assignedPlans: plans.map(({ id, service }) => ({ assignedDateTime: FOUNDED, capabilityStatus: 'Enabled', service, servicePlanId: id })),
    provisionedPlans: plans.map(({ service }) => ({ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service })),
    privacyProfile: { contactEmail: '', statementUrl: '' },
  };
}

function usedOf({ directory }: World): number {
  return (['user', 'group', 'orgContact', 'device', 'servicePrincipal'] as const).reduce(
    (sum, kind) => sum + directory.list(kind).length,
    0,
  );
}
