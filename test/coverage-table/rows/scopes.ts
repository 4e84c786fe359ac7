import type { CoverageRow } from '../coverage-row.ts';

const scopes = 'test/crawl/scopes.test.ts';
const guarded = 'test/crawl/scopes-guarded.test.ts';
const changes = 'test/crawl/scopes-changes.test.ts';

const kinds: readonly CoverageRow[] = [
  {
    area: 'scope',
    what: 'Domain: users with mail, principal name or an alias in it, not those of a sub-domain',
    test: { file: scopes, name: 'scope domain reads users with an address of any kind in the domain, and none of a sub-domain' },
    mutation: {
      file: 'graph/operations/list-domain-users.ts',
      find: ' or proxyAddresses/any(p:endsWith(p,${end}))',
      replace: '',
    },
  },
  {
    area: 'scope',
    what: 'Domain that is not a verified one of the tenant: blocked, with those that are',
    test: { file: scopes, name: "scope domain one that is not the tenant's blocks the source, and those that are verified are listed" },
    mutation: {
      file: 'activities/scope-users.ts',
      find: '  if (verified.includes(domain.toLowerCase())) return;',
      replace: '  if (verified.length > 0) return;',
    },
  },
  {
    area: 'scope',
    what: 'Group: three levels of groups in a loop; contacts and guests counted and named',
    test: {
      file: scopes,
      name: 'scope group reads members of three levels of groups in a loop once, and counts and names those without a mailbox',
    },
    mutation: { file: 'graph/operations/list-members.ts', find: "groupId, 'transitiveMembers']", replace: "groupId, 'members']" },
  },
  ...(['microsoft365', 'mailEnabledSecurity', 'distribution'] as const).map((kind) => ({
    area: 'scope' as const,
    what: `Group of kind ${kind}`,
    test: { file: scopes, name: `scope group reads the members of a group of kind ${kind}, dynamic: false` },
    mutation: {
      file: 'activities/scope-users.ts',
      find: "yield members.filter((member) => typeOf(member) === 'user');",
      replace: "yield members.filter((member) => typeOf(member) === 'none');",
    },
  })),
  {
    area: 'scope',
    what: 'Group with dynamic membership',
    test: { file: scopes, name: 'scope group reads the members of a group of kind microsoft365, dynamic: true' },
    mutation: { file: 'activities/group-members.ts', find: "includes('DynamicMembership')", replace: "includes('Nothing')" },
  },
  {
    area: 'scope',
    what: 'Dynamic distribution list, which Graph does not show: said in words, with the way out',
    test: {
      file: scopes,
      name: 'scope group one that Graph does not know blocks the source, with words on dynamic distribution lists',
    },
    mutation: {
      file: 'activities/group-members.ts',
      find: 'throw new ScopeError(scopeCodes.groupNotFound, asGroup(address) + hint);',
      replace: 'throw new ScopeError(scopeCodes.userNotFound, asGroup(address) + hint);',
    },
  },
  {
    area: 'scope',
    what: 'User by mail, alias or principal name, shared mailboxes too',
    test: { file: scopes, name: 'scope user reads one mailbox by mail, alias or principal name, a shared one too' },
    mutation: { file: 'graph/operations/find-users.ts', find: 'quoted(`smtp:${address}`)', replace: 'quoted(`x500:${address}`)' },
  },
  {
    area: 'scope',
    what: 'Narrowing by addresses and groups, included and excluded',
    test: { file: scopes, name: 'a narrowing includes and excludes by addresses and groups; what is both is excluded' },
    mutation: { file: 'activities/narrowing.ts', find: ' && !holds(excluded, user);', replace: ' && excluded !== null;' },
  },
];

const memberships: readonly CoverageRow[] = [
  {
    area: 'scope',
    what: 'Hidden membership: read with the permission, never taken for an empty group without it',
    test: {
      file: guarded,
      name: 'a hidden membership is read with the permission for it; without, nobody is retired and the permission is named',
    },
    mutation: {
      file: 'activities/group-members.ts',
      find: 'const denied = isHidden(group) ? scopeCodes.membersHidden : scopeCodes.groupsDenied;',
      replace: 'const denied = scopeCodes.groupsDenied;',
    },
  },
  {
    area: 'scope',
    what: 'Hidden membership of a nested group, which Graph leaves out without a word',
    test: { file: guarded, name: 'a hidden membership of a nested group is noticed too, though Graph leaves it out without a word' },
    mutation: {
      file: 'activities/group-members.ts',
      find: "if (type !== 'group' || !isHidden(member)) return;",
      replace: "if (type !== 'none' || !isHidden(member)) return;",
    },
  },
  {
    area: 'scope',
    what: 'Hidden membership that shows nobody: doubtful until somebody confirms',
    test: { file: guarded, name: 'a hidden membership that shows nobody is doubtful until somebody confirms' },
    mutation: {
      file: 'activities/vanished.ts',
      find: 'if (nobody && group?.hidden === true)',
      replace: 'if (nobody && group === undefined)',
    },
  },
  {
    area: 'change',
    what: 'Group emptied by mistake: nobody is retired',
    test: {
      file: guarded,
      name: 'a group that was emptied by mistake retires nobody, and is as it was when the members are back',
    },
    mutation: { file: 'activities/vanished.ts', find: 'return nobody || (many && !changed)', replace: 'return (many && !changed)' },
  },
  {
    area: 'change',
    what: 'Mailboxes that really left: hidden once somebody has confirmed',
    test: { file: guarded, name: 'a group that was emptied on purpose hides its mailboxes once somebody has confirmed' },
    mutation: { file: 'activities/vanished.ts', find: 'missing <= confirmed) return null;', replace: 'missing < 0) return null;' },
  },
  {
    area: 'change',
    what: 'More than 20 mailboxes and a tenth vanish at once: held',
    test: { file: guarded, name: 'more than 20 mailboxes and a tenth that vanish at once are held, fewer are not' },
    mutation: { file: 'activities/vanished.ts', find: 'const heldAboveMailboxes = 20;', replace: 'const heldAboveMailboxes = 20_000;' },
  },
  {
    area: 'fault',
    what: 'Group look-up that fails: nobody is retired, and nothing is read again',
    test: { file: guarded, name: 'a look-up that fails since the group is gone retires nobody; restored, nothing is read again' },
    mutation: {
      file: 'workflows/resolve-scope.ts',
      find: "blocked !== null && patched('scope-blocks')",
      replace: 'blocked !== null && false',
    },
  },
  {
    area: 'fault',
    what: 'Consent withdrawn and given back with a group scope: nobody is retired, and nothing is read again',
    test: {
      file: guarded,
      name: 'a look-up that fails with 403 for everything, as when consent was withdrawn, blocks by the credential; given back, nothing is read again',
    },
    mutation: {
      file: 'activities/directory.ts',
      find: "        await ask('listUsers', (sent, options) => sent.listUsers({ link: null }, options));\n",
      replace: '',
    },
  },
];

const cycles: readonly CoverageRow[] = [
  {
    area: 'change',
    what: 'Joiners are crawled; leavers are hidden with the reason, and shown again without being read',
    test: {
      file: changes,
      name: 'who joins a group is crawled; who leaves it is hidden with the reason, and shown again without being read when back',
    },
    mutation: {
      file: 'store/mailbox-scope.ts',
      find: '      await hideMailbox(db, { sourceId, mailboxId }, { reason, now: new Date() });\n',
      replace: '',
    },
  },
  {
    area: 'change',
    what: 'A user who is deleted: mailboxGone; restored, nothing is read again',
    test: { file: changes, name: 'a user who is deleted is told from one who left; restored, nothing is read again' },
    mutation: { file: 'activities/vanished.ts', find: "there.has(mailboxId) ? 'outOfScope' : 'mailboxGone'", replace: "'outOfScope'" },
  },
  {
    area: 'change',
    what: 'Another scope: back-fills and hides without reading the rest again',
    test: {
      file: changes,
      name: 'another scope back-fills who is new and hides who is out, without reading the rest again; the old one back reads nothing',
    },
    mutation: {
      file: 'store/mailbox-scope.ts',
      find: '    await showMailbox(db, { sourceId, mailboxId }, new Date());\n',
      replace: '',
    },
  },
  {
    area: 'change',
    what: 'A narrower scope hides who is left out, without a confirmation',
    test: { file: changes, name: 'another scope that is narrower hides who is left out, whatever their number' },
    mutation: { file: 'activities/narrowing.ts', find: ' && !holds(excluded, user);', replace: ' && excluded !== null;' },
  },
  {
    area: 'change',
    what: "Hidden documents are erased after the policy's time, and read again when they come back",
    test: {
      file: changes,
      name: 'what is hidden is erased when its time is over, with id, dates and reason kept, and read again when it comes back',
    },
    mutation: {
      file: 'store/hidden-erasure.ts',
      find: '      await readAnewOnReturn(db, { sourceId, found });\n',
      replace: '',
    },
  },
];

export const scopeRows: readonly CoverageRow[] = [...kinds, ...memberships, ...cycles];
