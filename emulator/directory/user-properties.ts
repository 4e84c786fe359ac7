import { isAccountEnabled, userTypeOf } from '../data/directory-model.ts';
import { hasMailbox, type User } from '../data/model.ts';
import { emptyLists, nulls, type PropertyTable } from './property-table.ts';
import { securityIdentifier } from './security-identifier.ts';
import { LICENSED_SINCE, skusOf } from './skus.ts';

/** What /users gives without $select: learn.microsoft.com/graph/api/user-list. */
export const DEFAULT_USER_PROPERTIES: readonly string[] = [
  'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation', 'preferredLanguage', 'surname', 'userPrincipalName',
]; // prettier-ignore

/** Readable on one user only, never in the collection: learn.microsoft.com/graph/api/user-list. They lie outside the directory. */
export const SINGLE_ONLY_PROPERTIES: readonly string[] = [
  'aboutMe', 'birthday', 'hireDate', 'interests', 'mySite', 'pastProjects', 'preferredName', 'responsibilities', 'schools', 'skills', 'mailboxSettings',
]; // prettier-ignore

/** What User.ReadBasic.All shows of others: learn.microsoft.com/graph/permissions-reference. */
export const BASIC_USER_PROPERTIES: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'mail',
  'surname',
  'userPrincipalName',
]);

const isGuest = (user: User) => user.class === 'guest';

export const USER_PROPERTIES: PropertyTable<User> = {
  ...nulls([
    'ageGroup', 'authorizationInfo', 'city', 'companyName', 'consentProvidedForMinor', 'customSecurityAttributes', 'deletedDateTime', 'employeeHireDate',
    'employeeId', 'employeeLeaveDateTime', 'employeeOrgData', 'employeeType', 'externalUserStateChangeDateTime', 'faxNumber', 'isManagementRestricted', 'isResourceAccount', 'lastPasswordChangeDateTime',
    'legalAgeGroupClassification', 'mobilePhone', 'onPremisesDistinguishedName', 'onPremisesDomainName', 'onPremisesImmutableId', 'onPremisesLastSyncDateTime', 'onPremisesSamAccountName', 'onPremisesSecurityIdentifier',
    'onPremisesUserPrincipalName', 'passwordPolicies', 'passwordProfile', 'postalCode', 'preferredDataLocation', 'print', 'signInActivity', 'state', 'streetAddress', 'aboutMe', 'mySite', 'preferredName', 'mailboxSettings',
  ]), // prettier-ignore
  ...emptyLists([
    'businessPhones', 'licenseAssignmentStates', 'onPremisesProvisioningErrors', 'serviceProvisioningErrors', 'interests', 'pastProjects', 'responsibilities', 'schools', 'skills',
  ]), // prettier-ignore
  id: ({ id }) => id,
  displayName: ({ displayName }) => displayName,
  givenName: ({ givenName }) => givenName,
  surname: ({ surname }) => surname,
  jobTitle: ({ jobTitle }) => jobTitle,
  department: ({ department }) => department,
  officeLocation: ({ officeLocation }) => officeLocation,
  mail: ({ mail }) => mail,
  userPrincipalName: ({ upn }) => upn,
  mailNickname: ({ upn }) => upn.split('@')[0]!.replaceAll('#', ''),
  preferredLanguage: () => null,
  country: ({ country }) => country,
  usageLocation: ({ country }) => country,
  accountEnabled: isAccountEnabled,
  userType: userTypeOf,
  assignedLicenses: (user) => skusOf(user).map(({ skuId }) => ({ disabledPlans: [], skuId })),
  assignedPlans: (user) =>
    skusOf(user).flatMap(({ plans }) =>
      plans.map(({ id, service }) => ({
        ...{ assignedDateTime: LICENSED_SINCE, capabilityStatus: 'Enabled', service, servicePlanId: id },
      })),
    ),
  provisionedPlans: (user) =>
    skusOf(user).flatMap(({ plans }) =>
      plans.map(({ service }) => ({ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service })),
    ),
  birthday: () => '0001-01-01T00:00:00Z',
  hireDate: () => '0001-01-01T00:00:00Z',
  createdDateTime: () => '2023-01-10T09:00:00Z',
  signInSessionsValidFromDateTime: () => '2023-01-10T09:00:00Z',
  creationType: (user) => (isGuest(user) ? 'Invitation' : null),
  externalUserState: (user) => (isGuest(user) ? 'Accepted' : null),
  identities: identitiesOf,
  imAddresses: (user) => (hasMailbox(user.class) ? [user.upn] : []),
  onPremisesSyncEnabled: (user) => (user.class === 'onPremises' ? true : null),
  onPremisesExtensionAttributes: () =>
    Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`extensionAttribute${index + 1}`, null])),
  otherMails: (user) => (isGuest(user) && user.mail ? [user.mail] : []),
  proxyAddresses: ({ mail, aliases }) => (mail === null ? [] : [`SMTP:${mail}`, ...aliases.map((alias) => `smtp:${alias}`)]),
  securityIdentifier: ({ id }) => securityIdentifier(id),
  showInAddressList: (user) => (isGuest(user) ? false : null),
};

function identitiesOf(user: User): object[] {
  const issuer = user.upn.slice(user.upn.lastIndexOf('@') + 1);
  const own = { signInType: 'userPrincipalName', issuer, issuerAssignedId: user.upn };
  return isGuest(user) ? [{ signInType: 'federated', issuer: 'ExternalAzureAD', issuerAssignedId: null }, own] : [own];
}
