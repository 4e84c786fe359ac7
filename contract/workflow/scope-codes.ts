/** Codes of contract/errors.ts with which a scope's resolution blocks its source. */
export const scopeCodes = {
  domainNotVerified: 'TrawlDomainNotVerified',
  groupNotFound: 'TrawlGroupNotFound',
  userNotFound: 'TrawlUserNotFound',
  domainsDenied: 'TrawlDomainsDenied',
  groupsDenied: 'TrawlGroupsDenied',
  membersHidden: 'TrawlMembersHidden',
  hiddenGroupEmpty: 'TrawlHiddenGroupEmpty',
  mailboxesVanished: 'TrawlMailboxesVanished',
} as const;
export type ScopeCode = (typeof scopeCodes)[keyof typeof scopeCodes];

/** Blocks that end when somebody confirms that the mailboxes really left. */
export const confirmableCodes: readonly string[] = [scopeCodes.hiddenGroupEmpty, scopeCodes.mailboxesVanished];
