import type { JsonObject } from '../http/json-body.ts';
import {
  addressIn,
  listIn,
  momentIn,
  objectIn,
  readProperties,
  textOrNullIn,
  textsIn,
  type PropertyReaders,
} from '../mail/writing/input-values.ts';

export type ContactFields = Readonly<Record<string, unknown>>;

const TEXTS = [
  'fileAs', 'displayName', 'givenName', 'initials', 'middleName', 'nickName', 'surname', 'title', 'yomiGivenName', 'yomiSurname', 'yomiCompanyName',
  'generation', 'jobTitle', 'companyName', 'department', 'officeLocation', 'profession', 'businessHomePage', 'assistantName', 'manager', 'mobilePhone',
  'spouseName', 'personalNotes',
] as const; // prettier-ignore
const LISTS = ['imAddresses', 'homePhones', 'businessPhones', 'children', 'categories'] as const;
const ADDRESSES = ['homeAddress', 'businessAddress', 'otherAddress'] as const;

/** learn.microsoft.com/graph/api/resources/contact: all that a contact has but what its place gives it. */
export const CONTACT_DEFAULTS: ContactFields = {
  ...{ categories: [], birthday: null },
  ...Object.fromEntries(TEXTS.map((name) => [name, name === 'personalNotes' ? '' : null])),
  ...{ emailAddresses: [], imAddresses: [], homePhones: [], businessPhones: [], children: [] },
  ...{ homeAddress: {}, businessAddress: {}, otherAddress: {} },
};

const PLACE = ['id', 'parentFolderId', 'createdDateTime', 'lastModifiedDateTime', 'changeKey'] as const;

export const CONTACT_TYPE = {
  name: 'Microsoft.OutlookServices.Contact',
  properties: [...PLACE, ...Object.keys(CONTACT_DEFAULTS)],
} as const;

const ADDRESS_READERS: PropertyReaders<ContactFields> = Object.fromEntries(
  ['city', 'countryOrRegion', 'postalCode', 'state', 'street'].map((name) => [name, (value: unknown) => ({ [name]: textOrNullIn(value) })]),
);

const READERS: PropertyReaders<ContactFields> = {
  ...Object.fromEntries(TEXTS.map((name) => [name, (value: unknown) => ({ [name]: textOrNullIn(value) })])),
  ...Object.fromEntries(LISTS.map((name) => [name, (value: unknown) => ({ [name]: value === null ? [] : textsIn(value) })])),
  ...Object.fromEntries(ADDRESSES.map((name) => [name, (value: unknown) => ({ [name]: value === null ? {} : placeIn(value) })])),
  birthday: (value) => ({ birthday: value === null ? null : new Date(momentIn(value)).toISOString().replace('.000Z', 'Z') }),
  emailAddresses: (value) => ({ emailAddresses: listIn(value ?? []).map(emailIn) }),
};

function placeIn(value: unknown): ContactFields {
  return readProperties<ContactFields>(objectIn(value), { name: 'microsoft.graph.physicalAddress', readers: ADDRESS_READERS });
}

function emailIn(value: unknown): { name: string; address: string } {
  const { name, address } = addressIn(value);
  return { name: name || address, address };
}

/** What a client says of a contact. */
export function contactIn(fields: JsonObject): ContactFields {
  const ignored = [...PLACE, 'photo', 'extensions', 'singleValueExtendedProperties', 'multiValueExtendedProperties'];
  return readProperties<ContactFields>(fields, { name: 'microsoft.graph.contact', readers: READERS, ignored });
}

/** Exchange makes displayName and fileAs of the other names where a client does not give them. */
export function withNames(fields: ContactFields): ContactFields {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  const parts = [text('givenName'), text('surname')].filter((part) => part !== '');
  const displayName = fields['displayName'] ?? (parts.join(' ') || text('companyName') || null);
  const fileAs = fields['fileAs'] ?? ([text('surname'), text('givenName')].filter((part) => part !== '').join(', ') || displayName);
  return { ...fields, displayName, fileAs };
}
