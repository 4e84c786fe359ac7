import type { CoverageRow } from '../coverage-row.ts';

const file = 'test/crawl/classes.test.ts';
const told = (name: string) => ({ file, name: `the class of a mailbox ${name} is told by Exchange, and the mailbox is read` });
const foundOut = (name: string) => ({ file, name: `the class of a mailbox ${name} is found out with the directory, and is no error` });
const purposes = 'activities/mailbox-class.ts';
const purpose = (name: string) => ({ file: purposes, find: `  ${name}: '${name}',`, replace: `  ${name}: 'other',` });

/** Mailboxes by class: state, reason and remedy of each. */
export const classRows: readonly CoverageRow[] = [
  ...['user', 'linked', 'shared', 'room', 'equipment'].map((name): CoverageRow => ({
    area: 'class',
    what: `Mailbox of class ${name}: read, and named so`,
    test: told(name),
    mutation: purpose(name),
  })),
  {
    area: 'class',
    what: 'Guest: ineligible, with reason and remedy',
    test: foundOut('guest'),
    mutation: { file: purposes, find: "  if (guest) return absent('guest', 'TrawlGuest');\n", replace: '' },
  },
  {
    area: 'class',
    what: 'Unlicensed: ineligible, with reason and remedy',
    test: foundOut('unlicensed'),
    mutation: { file: purposes, find: "  if (!plan) return absent('unlicensed', 'TrawlUnlicensed');\n", replace: '' },
  },
  {
    area: 'class',
    what: 'On premises: ineligible, with reason and remedy',
    test: foundOut('onPremises'),
    mutation: { file: purposes, find: "  if (synced) return absent('onPremises', 'TrawlOnPremises');\n", replace: '' },
  },
  {
    area: 'class',
    what: 'Soft-deleted: ineligible, with reason and remedy',
    test: foundOut('softDeleted'),
    mutation: { file: purposes, find: "  if (planLost) return absent('softDeleted', 'TrawlSoftDeleted');\n", replace: '' },
  },
  {
    area: 'class',
    what: 'A licence given and taken: read in the next cycle; its loss erases nothing',
    test: { file, name: 'a mailbox that becomes readable by a licence is read in the next cycle, and its loss erases nothing' },
    mutation: { file: 'activities/prepare-mailbox.ts', find: '(wasRead ? new Date() : null)', replace: 'null' },
  },
  {
    area: 'class',
    what: 'A mailbox that Exchange has not made yet: ineligible, and read once it is there',
    test: { file, name: 'a mailbox that becomes readable when Exchange has made it is read in the next cycle' },
    mutation: {
      file: purposes,
      find: "lower === 'errornonexistentmailbox' || lower === 'resourcenotfound'",
      replace: 'false',
    },
  },
  {
    area: 'class',
    what: 'Blocked by policy: told by the probe of the mailbox alone, costs no document, lifted by itself',
    test: {
      file,
      name: 'a policy that keeps the app from one mailbox blocks that one alone, costs no document, and is lifted in the next cycle',
    },
    mutation: {
      file: 'activities/prepare-mailbox.ts',
      find: "error.class === 'forbidden' || error.class === 'badRequest'",
      replace: "error.class === 'badRequest'",
    },
  },
  {
    area: 'class',
    what: 'Class without the right to mailbox settings: everything is read, and a note says it',
    test: {
      file,
      name: 'without the right to mailbox settings every mailbox is read, and the class is what the directory is sure of',
    },
    mutation: { file: purposes, find: "  return plan ? 'user' : 'unknown';", replace: "  return 'unknown';" },
  },
  {
    area: 'class',
    what: 'Over quota: crawled on, its folders listed, and said so',
    test: { file: 'test/crawl/folder-rules.test.ts', name: 'a full mailbox, which has no delta of folders, has its folders listed' },
    mutation: {
      file: 'activities/stream-method.ts',
      find: "  if (error.class === 'overQuota') return error.code;\n",
      replace: '',
    },
  },
  {
    area: 'class',
    what: 'In-place archive off: not asked for',
    test: { file, name: 'an in-place archive is not asked for unless the source wants it' },
    mutation: { file: 'activities/sync-archive.ts', find: '!policy.archive || record', replace: 'record' },
  },
  {
    area: 'class',
    what: 'In-place archive on: a mailbox of its own, found and read in the very cycle',
    test: {
      file: 'test/crawl/classes-in-one-cycle.test.ts',
      name: 'one cycle tells all classes, takes up the archive that it finds, and is complete',
    },
    mutation: { file: 'activities/sync-archive.ts', find: 'if (!policy.archive ||', replace: 'if (policy.archive ||' },
  },
  {
    area: 'class',
    what: 'In-place archive switched off: hidden, and back without being read again',
    test: {
      file,
      name: 'an in-place archive is hidden when the source does not want it any more, and comes back without being read again',
    },
    mutation: { file: 'activities/resolve-scope.ts', find: 'if (!source.policy.archive)', replace: 'if (source.policy.archive)' },
  },
  {
    area: 'class',
    what: 'In-place archive that is gone: retired, its documents hidden as mailboxGone',
    test: { file, name: 'an in-place archive that is gone is retired with what it held hidden' },
    mutation: {
      file: 'store/archives.ts',
      find: "      await retireArchives(db, { sourceId, archiveOf, except: archiveId, reason: 'mailboxGone' });\n",
      replace: '',
    },
  },
  {
    area: 'class',
    what: 'In-place archive of an owner who leaves: leaves with the owner, and comes back',
    test: { file, name: 'an in-place archive leaves with its owner and comes back with it' },
    mutation: {
      file: 'store/mailbox-scope.ts',
      find: '    await retireArchives(db, { sourceId, archiveOf: mailboxId, reason });\n',
      replace: '',
    },
  },
];
