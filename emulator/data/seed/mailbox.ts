import { EMPTY_ITEMS, type EventSource, type FolderBase, type ItemSource, type MailboxBase, type Person, type User } from '../model.ts';
import { randomOf, type Random } from '../random.ts';
import { archiveBase, primaryGuid } from '../archive-base.ts';
import { ROOT_KEY, WELL_KNOWN_FOLDERS } from '../well-known-folders.ts';
import { seedCalendars } from './calendar.ts';
import { seedMessage } from './message.ts';
import type { SeedFolder } from './thread.ts';
import { PROJECTS } from './words.ts';

export interface SeedMailbox {
  readonly seed: string;
  readonly user: User;
  /** How many messages the mailbox holds in all its folders. */
  readonly messages: number;
  /** The newest message's date; older ones go back two years. */
  readonly anchorMs: number;
  readonly withoutAttachments: boolean;
  colleague(random: Random): Person;
}

const SPAN_MS = 2 * 365 * 86_400_000;

/** Share of the mailbox's messages, of them unread; `outgoing` and `isDraft` as in SeedFolder. */
interface FolderPlan {
  readonly key: string;
  readonly displayName: string;
  readonly parentKey: string | null;
  readonly wellKnown?: string;
  readonly share: number;
  readonly unread?: number;
  readonly outgoing?: boolean;
  readonly isDraft?: boolean;
  readonly hidden?: boolean;
  readonly isList?: boolean;
}

/** What people call folders, and what a path, a URL or a file system would stumble over. */
const ODD_NAMES = [
  'A/B: offers', '100 % done', '  two blanks', '📁 Fotos', 'ملفات', '請求書', "O'Neil & Söhne <new>", '..', 'CON', '#1', 'q?=&+%20', 'Zoë (2)',
  'A folder whose name is as long as anybody would ever make one, since nobody told them that a name is not a place for a whole sentence',
] as const; // prettier-ignore

const SHARES: Readonly<Record<string, Partial<FolderPlan>>> = {
  inbox: { share: 40, unread: 0.12 },
  sentitems: { share: 18, outgoing: true },
  drafts: { share: 1, outgoing: true, isDraft: true },
  deleteditems: { share: 6 },
  archive: { share: 10 },
  junkemail: { share: 2, unread: 0.9 },
  recoverableitemsdeletions: { share: 2 },
};

const FIXED: readonly FolderPlan[] = [
  ...WELL_KNOWN_FOLDERS.map((folder): FolderPlan => ({ share: 0, ...folder, wellKnown: folder.key, ...SHARES[folder.key] })),
  { key: 'hidden', displayName: 'Quick Step Settings', parentKey: ROOT_KEY, share: 1, hidden: true },
];

/** Project folders with phases beneath, and some loose ones: two to six levels below the root. */
function ownFolders(random: Random): FolderPlan[] {
  const plans: FolderPlan[] = [{ key: 'projects', displayName: 'Projects', parentKey: ROOT_KEY, share: 0 }];
  const projects = [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(PROJECTS)))];
  projects.forEach((project, index) => {
    plans.push({ key: `p${index}`, displayName: project, parentKey: 'projects', share: 4 });
    if (random.chance(0.6)) plans.push({ key: `p${index}c`, displayName: 'Contracts & Offers', parentKey: `p${index}`, share: 3 });
    if (random.chance(0.4)) plans.push({ key: `p${index}m`, displayName: 'Minutes / 议事录', parentKey: `p${index}`, share: 2 });
    if (random.chance(0.3)) plans.push({ key: `p${index}o`, displayName: 'old', parentKey: `p${index}c`, share: 1 });
  });
  if (random.chance(0.5))
    plans.push({ key: 'newsletters', displayName: 'Newsletters', parentKey: 'inbox', share: 4, unread: 0.5, isList: true });
  if (random.chance(0.3)) plans.push({ key: 'personal', displayName: 'Persönliches', parentKey: ROOT_KEY, share: 3 });
  plans.push(...shapes(random));
  const known = new Set([...FIXED, ...plans].map((plan) => plan.key));
  return plans.filter((plan) => plan.parentKey === null || known.has(plan.parentKey));
}

/** What few mailboxes have, but some: a deep path, a wide level, an empty folder, odd names. */
function shapes(random: Random): FolderPlan[] {
  const plans: FolderPlan[] = [];
  if (random.chance(0.2))
    for (let level = 0; level < 9; level++) {
      plans.push({
        key: `deep${level}`,
        displayName: `Level ${level + 1}`,
        parentKey: level === 0 ? ROOT_KEY : `deep${level - 1}`,
        share: level % 4 < 2 ? 1 : 0,
      });
    }
  if (random.chance(0.15)) {
    plans.push({ key: 'customers', displayName: 'Customers', parentKey: ROOT_KEY, share: 0 });
    for (let index = 0; index < 40; index++)
      plans.push({ key: `wide${index}`, displayName: `Customer ${index + 1}`, parentKey: 'customers', share: 0.2 });
  }
  if (random.chance(0.3)) plans.push({ key: 'empty', displayName: 'Empty', parentKey: ROOT_KEY, share: 0 });
  if (random.chance(0.35)) {
    const names = [...new Set(Array.from({ length: 3 }, () => random.pick(ODD_NAMES)))];
    names.forEach((displayName, index) => plans.push({ key: `odd${index}`, displayName, parentKey: ROOT_KEY, share: 1 }));
  }
  return plans;
}

/** Whole numbers that add up to `total`, in the proportion of the shares. */
function countsOf(plans: readonly FolderPlan[], total: number): number[] {
  const shares = plans.reduce((sum, plan) => sum + plan.share, 0);
  let given = 0;
  let passed = 0;
  return plans.map((plan) => {
    passed += plan.share;
    const upTo = Math.round((total * passed) / shares);
    const count = upTo - given;
    given = upTo;
    return count;
  });
}

export function seedMailbox(options: SeedMailbox): MailboxBase {
  const { seed, user } = options;
  const address = user.mail ?? user.upn;
  const calendars = seedCalendars(options);
  const plans = [...FIXED, ...ownFolders(randomOf(seed, address, 'folders'))];
  const counts = countsOf(plans, options.messages);
  const folders: FolderBase[] = plans.map((plan, index) => ({
    ...{ key: plan.key, displayName: plan.displayName, parentKey: plan.parentKey, wellKnown: plan.wellKnown ?? null },
    hidden: plan.hidden ?? false,
    search: null,
    items: counts[index] === 0 ? EMPTY_ITEMS : seedItems(options, { plan, count: counts[index]!, events: calendars[0]!.events }),
  }));
  const search = { sourceKeys: ['inbox'], filterQuery: 'isRead eq false' };
  folders.push({
    key: 'unreadmail',
    displayName: 'Unread Mail',
    parentKey: ROOT_KEY,
    wellKnown: null,
    hidden: false,
    search,
    items: EMPTY_ITEMS,
  });
  const byKey = new Map(folders.map((folder) => [folder.key, folder]));
  return {
    guid: primaryGuid(user.id),
    folders,
    calendars,
    archive: () => seedArchive(options),
    locate: (key) => {
      const folderKey = key.slice(0, key.indexOf('.'));
      const index = byKey.get(folderKey)?.items.indexOf(key) ?? -1;
      return index < 0 ? undefined : { folderKey, index };
    },
  };
}

/** A tenth as much as the mailbox holds, in one folder. */
function seedArchive(options: SeedMailbox): MailboxBase {
  const base = archiveBase(options.user);
  const plan: FolderPlan = { key: 'archived', displayName: 'Older than two years', parentKey: ROOT_KEY, share: 1 };
  const { key, displayName, parentKey } = plan;
  const count = Math.ceil(options.messages / 10);
  const items = seedItems({ ...options, anchorMs: options.anchorMs - SPAN_MS }, { plan, count, events: base.calendars[0]!.events });
  return {
    ...base,
    folders: [...base.folders, { key, displayName, parentKey, wellKnown: null, hidden: false, search: null, items }],
    locate: (itemKey) => {
      const index = items.indexOf(itemKey);
      return index < 0 ? undefined : { folderKey: key, index };
    },
  };
}

function seedItems(
  options: SeedMailbox,
  of: { readonly plan: FolderPlan; readonly count: number; readonly events: EventSource },
): ItemSource {
  const { plan, count } = of;
  const address = options.user.mail ?? options.user.upn;
  const unreadCount = Math.floor(count * (plan.unread ?? 0));
  const stepMs = SPAN_MS / count;
  const folderHash = randomOf(options.seed, address, plan.key, 'dates').next();
  const folder: SeedFolder = {
    ...{ seed: options.seed, mailbox: { name: options.user.displayName, address }, language: options.user.language, folderKey: plan.key },
    ...{ outgoing: plan.outgoing ?? false, isDraft: plan.isDraft ?? false, isList: plan.isList ?? false, colleague: options.colleague },
    ...{ events: of.events, withoutAttachments: options.withoutAttachments },
  };
  // A jitter below one step keeps the dates in order, so that counting needs no message to be made.
  const receivedMs = (index: number) => {
    const jitter = ((Math.imul(index + 1, 0x9e3779b1) ^ folderHash) >>> 0) / 0x1_0000_0000;
    return Math.floor((options.anchorMs - SPAN_MS + (index + jitter * 0.9) * stepMs) / 1_000) * 1_000;
  };
  const isRead = (index: number) => index < count - unreadCount;
  const indexOf = (key: string) => {
    const index = /^[a-z0-9]+\.(0|[1-9]\d*)$/.test(key) && key.startsWith(`${plan.key}.`) ? Number(key.slice(plan.key.length + 1)) : -1;
    return index < count ? index : -1;
  };
  const load = (index: number) => seedMessage(folder, { index, receivedMs: receivedMs(index), isRead: isRead(index) });
  return { count, unreadCount, keyOf: (index) => `${plan.key}.${index}`, indexOf, receivedMs, isRead, load };
}
