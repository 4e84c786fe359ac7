import { expect, test } from 'vitest';
import { addressesOf, isOfDomain, toResolvedUser } from './resolved-user.ts';

const user = {
  id: 'u',
  displayName: 'Anna',
  mail: 'Anna@contoso.com',
  userPrincipalName: 'anna@contoso.onmicrosoft.com',
  proxyAddresses: ['SMTP:Anna@contoso.com', 'smtp:a.b@sub.contoso.net', 'x500:/o=contoso', 'SIP:anna@voice.example'],
};

test('a user goes by mail, principal name and every address of mail, and by none of other protocols', () => {
  expect(toResolvedUser(user)).toEqual({
    mailboxId: 'u',
    address: 'Anna@contoso.com',
    aliases: ['a.b@sub.contoso.net', 'anna@contoso.onmicrosoft.com'],
    displayName: 'Anna',
  });
  expect(addressesOf(user)).toEqual(['anna@contoso.com', 'a.b@sub.contoso.net', 'anna@contoso.onmicrosoft.com']);
});

test('a user is of the domains of its addresses, whatever their case, but not of a domain above', () => {
  for (const domain of ['contoso.com', 'CONTOSO.COM', 'sub.contoso.net', 'contoso.onmicrosoft.com'])
    expect(isOfDomain(user, domain)).toBe(true);
  for (const domain of ['contoso.net', 'voice.example', 'so.com']) expect(isOfDomain(user, domain)).toBe(false);
});

test('a user without any address is kept by its id', () => {
  expect(toResolvedUser({ id: 'bare' })).toEqual({ mailboxId: 'bare', address: null, aliases: [], displayName: null });
});
