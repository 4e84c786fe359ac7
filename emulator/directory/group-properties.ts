import { isMailEnabled, isSecurityEnabled, type Group } from '../data/directory-model.ts';
import { isoSeconds } from '../data/clock.ts';
import { uuidOf } from '../data/random.ts';
import { emptyLists, nulls, type PropertyTable } from './property-table.ts';
import { securityIdentifier } from './security-identifier.ts';

/** Given for one group only, and only when selected: learn.microsoft.com/graph/api/group-get. They lie in the group's mailbox. */
export const SINGLE_ONLY_GROUP_PROPERTIES: readonly string[] = [
  'allowExternalSenders', 'autoSubscribeNewMembers', 'hideFromAddressLists', 'hideFromOutlookClients', 'isSubscribedByMail', 'unseenCount', 'isArchived',
]; // prettier-ignore

const NOT_DEFAULT: ReadonlySet<string> = new Set([
  ...SINGLE_ONLY_GROUP_PROPERTIES,
  ...['assignedLabels', 'assignedLicenses', 'hasMembersWithLicenseErrors', 'licenseProcessingState', 'isManagementRestricted'],
]);

const isDynamic = (group: Group) => group.membershipRule !== null;
const isUnified = (group: Group) => group.kind === 'microsoft365';

export const GROUP_PROPERTIES: PropertyTable<Group> = {
  ...nulls([
    'deletedDateTime', 'classification', 'expirationDateTime', 'isAssignableToRole', 'isManagementRestricted', 'licenseProcessingState', 'onPremisesDomainName', 'onPremisesLastSyncDateTime',
    'onPremisesNetBiosName', 'onPremisesSamAccountName', 'onPremisesSecurityIdentifier', 'onPremisesSyncEnabled', 'preferredDataLocation', 'preferredLanguage', 'theme', 'uniqueName', 'hasMembersWithLicenseErrors', 'isArchived',
  ]), // prettier-ignore
  ...emptyLists([
    'assignedLabels', 'assignedLicenses', 'creationOptions', 'onPremisesProvisioningErrors', 'resourceBehaviorOptions', 'resourceProvisioningOptions', 'serviceProvisioningErrors',
  ]), // prettier-ignore
  id: ({ id }) => id,
  displayName: ({ displayName }) => displayName,
  description: ({ description }) => description,
  createdDateTime: ({ createdMs }) => isoSeconds(createdMs),
  renewedDateTime: ({ createdMs }) => isoSeconds(createdMs),
  groupTypes: (group) => [...(isUnified(group) ? ['Unified'] : []), ...(isDynamic(group) ? ['DynamicMembership'] : [])],
  mail: ({ mail }) => mail,
  mailEnabled: isMailEnabled,
  mailNickname: ({ mail, id }) => mail?.split('@')[0] ?? id.slice(0, 10),
  membershipRule: ({ membershipRule }) => membershipRule,
  membershipRuleProcessingState: (group) => (isDynamic(group) ? 'On' : null),
  proxyAddresses: (group) => [
    ...(group.mail === null ? [] : [`SMTP:${group.mail}`]),
    ...(isUnified(group) ? [`SPO:SPO_${uuidOf(`site:${group.id}`)}@SPO_${uuidOf(`spo:${group.id}`)}`] : []),
  ],
  securityEnabled: isSecurityEnabled,
  securityIdentifier: ({ id }) => securityIdentifier(id),
  visibility: (group) => (group.hidden ? 'HiddenMembership' : isUnified(group) ? 'Public' : null),
  allowExternalSenders: () => false,
  autoSubscribeNewMembers: () => false,
  hideFromAddressLists: () => false,
  hideFromOutlookClients: () => false,
  isSubscribedByMail: () => false,
  unseenCount: () => 0,
};

export const DEFAULT_GROUP_PROPERTIES: readonly string[] = Object.keys(GROUP_PROPERTIES).filter((name) => !NOT_DEFAULT.has(name));
