import { hasMailbox, type User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';

/** What /users gives without $select: learn.microsoft.com/graph/api/user-list. */
export const DEFAULT_USER_PROPERTIES: ReadonlySet<string> = new Set([
  'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation', 'preferredLanguage', 'surname', 'userPrincipalName',
]); // prettier-ignore

const EXCHANGE_PLAN_ID = 'efb87545-963c-4e0d-99df-69c6916d9eb0';

/** A user with every property that the emulator knows; $select picks from it. */
export function renderUser(user: User): Record<string, unknown> {
  const isGuest = user.class === 'guest';
  const isPerson = !['shared', 'room', 'equipment'].includes(user.class);
  const hasPlan = user.class === 'user';
  const plan = {
    assignedDateTime: '2023-01-10T09:00:00Z',
    capabilityStatus: 'Enabled',
    service: 'exchange',
    servicePlanId: EXCHANGE_PLAN_ID,
  };
  const addresses = user.mail === null ? [] : [`SMTP:${user.mail}`, ...user.aliases.map((alias) => `smtp:${alias}`)];
  return {
    ...{
      businessPhones: [],
      displayName: user.displayName,
      givenName: user.givenName,
      jobTitle: user.jobTitle,
      mail: user.mail,
      mobilePhone: null,
    },
    ...{ officeLocation: user.officeLocation, preferredLanguage: null, surname: user.surname, userPrincipalName: user.upn, id: user.id },
    ...{ accountEnabled: isPerson, assignedLicenses: hasPlan ? [{ disabledPlans: [], skuId: uuidOf('sku:ENTERPRISEPACK') }] : [] },
    assignedPlans: hasPlan ? [plan] : [],
    provisionedPlans: hasPlan ? [{ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service: 'exchange' }] : [],
    ...{ ageGroup: null, city: null, companyName: null, country: user.country, createdDateTime: '2023-01-10T09:00:00Z' },
    ...{
      creationType: isGuest ? 'Invitation' : null,
      deletedDateTime: null,
      department: user.department,
      employeeId: null,
      employeeType: null,
    },
    ...{ externalUserState: isGuest ? 'Accepted' : null, faxNumber: null, imAddresses: hasMailbox(user.class) ? [user.upn] : [] },
    ...{ mailNickname: user.upn.split('@')[0]!.replaceAll('#', ''), otherMails: isGuest && user.mail ? [user.mail] : [] },
    ...{ onPremisesSyncEnabled: user.class === 'onPremises' ? true : null, onPremisesDomainName: null, onPremisesImmutableId: null },
    ...{ postalCode: null, proxyAddresses: addresses, showInAddressList: isGuest ? false : null, state: null, streetAddress: null },
    ...{ usageLocation: user.country, userType: isGuest ? 'Guest' : 'Member' },
  };
}

/** Readable on one user only, never in the collection, and unknown to the emulator: null. */
const SINGLE_ONLY = [
  'aboutMe',
  'birthday',
  'hireDate',
  'interests',
  'mySite',
  'pastProjects',
  'preferredName',
  'responsibilities',
  'schools',
  'skills',
];

const NOBODY: User = {
  ...{ id: '', upn: '', mail: null, aliases: [], displayName: '', givenName: null, surname: null, class: 'user', country: null },
  ...{ department: null, jobTitle: null, officeLocation: null, language: 'en' },
};

export const USER_TYPE = {
  name: 'microsoft.graph.user',
  properties: [...Object.keys(renderUser(NOBODY)), ...SINGLE_ONLY, 'mailboxSettings'],
} as const;

export const NOT_IN_COLLECTION: ReadonlySet<string> = new Set([...SINGLE_ONLY, 'mailboxSettings']);
