import type { Device, OrgContact } from '../data/directory-model.ts';
import type { AppRegistration } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import { emptyLists, nulls, type PropertyTable } from './property-table.ts';

export const CONTACT_PROPERTIES: PropertyTable<OrgContact> = {
  ...nulls(['deletedDateTime', 'department', 'jobTitle', 'onPremisesLastSyncDateTime', 'onPremisesSyncEnabled']),
  ...emptyLists(['addresses', 'onPremisesProvisioningErrors', 'phones', 'serviceProvisioningErrors']),
  id: ({ id }) => id,
  companyName: ({ companyName }) => companyName,
  displayName: ({ displayName }) => displayName,
  givenName: ({ givenName }) => givenName,
  surname: ({ surname }) => surname,
  mail: ({ mail }) => mail,
  mailNickname: ({ mail }) => mail.split('@')[0],
  proxyAddresses: ({ mail }) => [`SMTP:${mail}`],
};

export const DEVICE_PROPERTIES: PropertyTable<Device> = {
  ...nulls([
    'deletedDateTime', 'approximateLastSignInDateTime', 'complianceExpirationDateTime', 'deviceCategory', 'deviceMetadata', 'deviceOwnership', 'enrollmentProfileName', 'enrollmentType', 'isCompliant', 'isManaged', 'isManagementRestricted',
    'isRooted', 'managementType', 'manufacturer', 'mdmAppId', 'model', 'onPremisesLastSyncDateTime', 'onPremisesSecurityIdentifier', 'onPremisesSyncEnabled', 'registrationDateTime',
  ]), // prettier-ignore
  ...emptyLists(['alternativeSecurityIds', 'physicalIds', 'systemLabels']),
  id: ({ id }) => id,
  accountEnabled: () => true,
  deviceId: ({ id }) => uuidOf(`device:${id}`),
  deviceVersion: () => 2,
  displayName: ({ displayName }) => displayName,
  operatingSystem: ({ operatingSystem }) => operatingSystem,
  operatingSystemVersion: () => '10.0.26100',
  profileType: () => 'RegisteredDevice',
  trustType: () => 'AzureAd',
};

/** An app registration's counterpart in the tenant, as far as it is known here. */
export const SERVICE_PRINCIPAL_PROPERTIES: PropertyTable<AppRegistration> = {
  ...nulls(['deletedDateTime', 'appDescription', 'applicationTemplateId', 'description', 'disabledByMicrosoftStatus', 'homepage', 'loginUrl', 'logoutUrl', 'notes']), // prettier-ignore
  ...emptyLists(['addIns', 'alternativeNames', 'appRoles', 'keyCredentials', 'notificationEmailAddresses', 'oauth2PermissionScopes', 'passwordCredentials', 'replyUrls']), // prettier-ignore
  id: ({ objectId }) => objectId,
  accountEnabled: () => true,
  appDisplayName: ({ name }) => name,
  appId: ({ clientId }) => clientId,
  appRoleAssignmentRequired: () => false,
  displayName: ({ name }) => name,
  servicePrincipalNames: ({ clientId }) => [clientId],
  servicePrincipalType: () => 'Application',
  signInAudience: () => 'AzureADMyOrg',
};
