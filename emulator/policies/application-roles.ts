/** What Exchange's application roles allow, by the names of Entra's permissions: learn.microsoft.com/exchange/permissions-exo/application-rbac. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'Application Mail.Read': ['Mail.Read', 'Mail.ReadBasic.All'],
  'Application Mail.ReadBasic': ['Mail.ReadBasic', 'Mail.ReadBasic.All'],
  'Application Mail.ReadWrite': ['Mail.ReadWrite', 'Mail.Read', 'Mail.ReadBasic.All'],
  'Application Mail.Send': ['Mail.Send'],
  'Application MailboxSettings.Read': ['MailboxSettings.Read'],
  'Application MailboxSettings.ReadWrite': ['MailboxSettings.ReadWrite', 'MailboxSettings.Read'],
  'Application Calendars.Read': ['Calendars.Read', 'Calendars.ReadBasic.All'],
  'Application Calendars.ReadWrite': ['Calendars.ReadWrite', 'Calendars.Read', 'Calendars.ReadBasic.All'],
  'Application Contacts.Read': ['Contacts.Read'],
  'Application Contacts.ReadWrite': ['Contacts.ReadWrite', 'Contacts.Read'],
};

const MAIL = ['Application Mail.ReadWrite', 'Application Mail.Send'] as const;
const REST = ['Application MailboxSettings.ReadWrite', 'Application Calendars.ReadWrite', 'Application Contacts.ReadWrite'] as const;
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  'Application Mail Full Access': MAIL,
  'Application Exchange Full Access': [...MAIL, ...REST],
};

export const APPLICATION_ROLES: readonly string[] = [...Object.keys(ROLES), ...Object.keys(UNIONS)];

export function permissionsOfRole(role: string): readonly string[] {
  return ROLES[role] ?? UNIONS[role]?.flatMap((part) => ROLES[part]!) ?? [];
}
