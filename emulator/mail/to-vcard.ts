import type { AttachedContact } from '../data/model.ts';
import { escaped, folded } from './to-ics.ts';

/** A contact as vCard 3.0, for $value of an attached one. */
export function toVcard(contact: AttachedContact): string {
  const line = (name: string, value: string | null) => (value ? [`${name}:${escaped(value)}`] : []);
  return [
    ...['BEGIN:VCARD', 'PROFILE:VCARD', 'VERSION:3.0'],
    `FN:${escaped(contact.displayName)}`,
    `N:${escaped(contact.surname ?? '')};${escaped(contact.givenName ?? '')};;;`,
    ...contact.emails.map(({ address }) => `EMAIL;TYPE=INTERNET:${escaped(address)}`),
    ...contact.businessPhones.map((phone) => `TEL;TYPE=WORK:${escaped(phone)}`),
    ...line('TEL;TYPE=CELL', contact.mobilePhone),
    ...line('ORG', contact.companyName),
    ...line('TITLE', contact.jobTitle),
    ...['END:VCARD', ''],
  ]
    .map(folded)
    .join('\r\n');
}
