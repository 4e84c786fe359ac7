import { expect, test } from 'vitest';
import { capabilities, type Capability } from '../contract/capabilities.ts';
import { noVerdicts, verdictsOf, type Findings } from './credential-verdicts.ts';
import type { Found, MailboxFindings } from './try-mailbox.ts';

const readable: Found = { outcome: 'readable', code: null };
const refused: Found = { outcome: 'refused', code: 'ErrorAccessDenied' };
const mailbox = (mail: Found, code: string | null = null): MailboxFindings => ({
  ...{ mailboxId: 'm', address: null, code },
  found: code === null ? { mail, mailBodies: mail, attachments: mail, calendars: mail, mailboxSettings: mail, archive: mail } : {},
});

const findings = (changes: Partial<Findings> = {}): Findings => ({
  permissions: ['User.Read.All', 'Mail.Read', 'Calendars.Read', 'MailboxSettings.Read'],
  directory: { users: readable, groups: { ...refused }, hiddenMembership: refused, domains: refused } as unknown as Findings['directory'],
  mailboxes: [mailbox(readable)],
  services: { drives: [], sites: refused, subscriptions: readable },
  ...changes,
});
const verdict = (capability: Capability, given: Findings) => verdictsOf(given).find((one) => one.capability === capability)!;

test('every capability has a verdict, in the order of the table', () => {
  expect(verdictsOf(findings()).map(({ capability }) => capability)).toEqual([...capabilities]);
  expect(noVerdicts('AADSTS7000222').map(({ capability }) => capability)).toEqual([...capabilities]);
});

test.each([
  ['all readable', [readable, readable], true, 'works', null],
  ['all refused with consent', [refused, refused], true, 'refused', 'accessPolicy'],
  ['some refused with consent', [readable, refused], true, 'partly', 'accessPolicy'],
  ['all refused without consent', [refused, refused], false, 'refused', null],
  ['some refused without consent', [readable, refused], false, 'partly', 'applicationRbac'],
  ['all readable without consent', [readable, readable], false, 'partly', 'applicationRbac'],
  ['none tried', [], true, 'cannotTell', null],
] as const)('mail with %s', (_what, found, consent, state, policy) => {
  const permissions = consent ? ['Mail.Read'] : [];
  expect(verdict('mail', findings({ permissions, mailboxes: found.map((one) => mailbox(one)) }))).toMatchObject({ state, policy });
});

test('users without a mailbox say nothing, and when there are no others nothing is told', () => {
  const mailboxes = [mailbox(readable), mailbox(readable, 'MailboxNotEnabledForRESTAPI')];
  expect(verdict('mail', findings({ mailboxes }))).toMatchObject({
    state: 'works',
    tried: { tried: 2, readable: 1, refused: 0, cannotTell: 1 },
  });
  expect(verdict('mail', findings({ mailboxes: mailboxes.slice(1) }))).toMatchObject({
    state: 'cannotTell',
    code: 'MailboxNotEnabledForRESTAPI',
  });
});

test('a permission for the basics is no policy, and an empty calendar proves nothing for it', () => {
  const basic: Found = { outcome: 'refused', code: 'TrawlBasicOnly' };
  const given = (calendars: Found[]) =>
    findings({
      permissions: ['Calendars.ReadBasic.All'],
      mailboxes: calendars.map((one) => ({ ...mailbox(readable), found: { calendars: one } })),
    });
  expect(verdict('calendars', given([basic, readable]))).toMatchObject({ state: 'refused', policy: null });
  expect(verdict('calendars', given([basic]))).toMatchObject({ state: 'refused', policy: null });
  expect(verdict('calendars', given([readable]))).toMatchObject({ state: 'cannotTell', policy: null, code: 'TrawlBasicOnly' });
});

test('an archive is kept back by whatever keeps the mail back', () => {
  const withArchive = (archive: Found) => ({ ...mailbox(readable), found: { mail: readable, archive } });
  const some = [withArchive(readable), mailbox(refused)];
  expect(verdict('archive', findings({ mailboxes: some }))).toMatchObject({ state: 'partly', policy: 'accessPolicy' });
  expect(verdict('archive', findings({ mailboxes: some.slice(0, 1) }))).toMatchObject({ state: 'works', policy: null });
});

test('notifications need a permission to read, and what Exchange gives in its place nobody says', () => {
  expect(verdict('notifications', findings())).toMatchObject({ state: 'works' });
  expect(verdict('notifications', findings({ permissions: ['Mail.ReadWrite'], mailboxes: [] }))).toMatchObject({ state: 'refused' });
  expect(verdict('notifications', findings({ permissions: [] }))).toMatchObject({ state: 'cannotTell' });
});

test('chosen sites are some sites', () => {
  expect(verdict('sites', findings({ permissions: ['Sites.Selected'] }))).toMatchObject({ state: 'partly', policy: 'sitesSelected' });
  expect(verdict('sites', findings())).toMatchObject({ state: 'refused', policy: null });
});
