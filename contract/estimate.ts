import { Type, type Static } from 'typebox';
import type { ConnectionTestReport } from './connection-test.ts';
import type { Policy } from './policy.ts';
import { Words } from './schema.ts';

/** `measured` in these mailboxes; `limit` of Microsoft; `assumed` by what crawls have cost elsewhere (docs/performance.md). */
export const basisKinds = ['measured', 'limit', 'assumed'] as const;
/** What the time follows from. */
export const bottlenecks = ['mailboxLimit', 'latency', 'worker'] as const;

export const Estimate = Type.Object({
  mailboxes: Type.Integer(),
  items: Type.Integer(),
  requests: Type.Integer(),
  seconds: Type.Integer(),
  bytes: Type.Integer(),
  limitedBy: Words(bottlenecks),
  basis: Type.Array(Type.Object({ name: Type.String(), value: Type.Number(), kind: Words(basisKinds), words: Type.String() })),
});
export type Estimate = Static<typeof Estimate>;
type Basis = Estimate['basis'][number];

const requestsPerMailbox = 12;
const messagesPerPage = 200;
const attachedShare = 0.2;
const requestsPerAttached = 0.28;
const requestSeconds = 0.1;
const lanesTogether = 20;
const lanesPerMailbox = 4;
const itemsPerSecond = 600;
const mailboxRequests = 10_000;
const mailboxSeconds = 600;
const bytesPerItem = 16_000;
const mimeBytes = 75_000;

const assumed = (name: string, value: number, words: string): Basis => ({ name, value, kind: 'assumed', words });
const measured = (name: string, value: number, words: string): Basis => ({ name, value, kind: 'measured', words });

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Requests of a first cycle over a mailbox with so many folders and items. */
function requestsOf({ items, folders, emptyFolders }: { items: number; folders: number; emptyFolders: number }, policy: Policy): number {
  const forFolders = emptyFolders + 3 * (folders - emptyFolders);
  const forAttachments = policy.attachments.read ? items * attachedShare * requestsPerAttached : 0;
  return requestsPerMailbox + forFolders + items / messagesPerPage + forAttachments + (policy.originalMime ? items : 0);
}

function timesOf(given: { requests: number; items: number; largest: number; mailboxes: number }): Record<Estimate['limitedBy'], number> {
  const lanes = Math.min(lanesTogether, lanesPerMailbox * Math.max(1, given.mailboxes));
  return {
    mailboxLimit: given.largest <= mailboxRequests ? 0 : (given.largest / mailboxRequests) * mailboxSeconds,
    latency: (given.requests * requestSeconds) / lanes,
    worker: given.items / itemsPerSecond,
  };
}

function assumptions(policy: Policy): Basis[] {
  return [
    {
      name: 'requestsPerTenMinutes',
      value: mailboxRequests,
      kind: 'limit',
      words: 'Requests that Exchange allows per app and mailbox in ten minutes',
    },
    { name: 'requestsAtOnce', value: lanesPerMailbox, kind: 'limit', words: 'Requests in flight that Exchange allows per app and mailbox' },
    assumed('requestsPerMailbox', requestsPerMailbox, 'Requests to open and close a mailbox and to read its calendars'),
    assumed('requestsPerFolder', 3, 'Requests of a folder with items; an empty one costs one'),
    assumed('messagesPerPage', messagesPerPage, 'Messages that one request reads (TRAWL_MESSAGE_PAGE_SIZE)'),
    ...(policy.attachments.read
      ? [
          assumed('attachedShare', attachedShare, 'Share of messages with attachments'),
          assumed('requestsPerAttached', requestsPerAttached, 'Requests for attachments per message that has some'),
        ]
      : []),
    ...(policy.originalMime ? [assumed('mimeBytes', mimeBytes, 'Size of a MIME form, which costs a request each')] : []),
    assumed('requestSeconds', requestSeconds, 'Time until Graph has answered'),
    assumed('lanesTogether', lanesTogether, 'Lanes of a worker that work at once (TRAWL_SLOTS_NORMAL)'),
    assumed('itemsPerSecond', itemsPerSecond, 'Items that a worker on two processors stores in a second, with MongoDB beside it'),
    assumed('bytesPerItem', bytesPerItem, 'Size of a document with its words and indexes'),
  ];
}

/**
 * What a first cycle would cost, from mailboxes that were counted: their means hold for the rest, and everything else is said
 * beside it. Null where no mailbox could be counted.
 */
export function estimate({ mailboxes, samples }: ConnectionTestReport, policy: Policy): Estimate | null {
  const telling = samples.filter(({ state }) => state !== 'cannotTell' && state !== 'notTried');
  const counted = telling.flatMap(({ items, folders, emptyFolders }) =>
    items === null || folders === null || emptyFolders === null ? [] : [{ items, folders, emptyFolders }],
  );
  if (mailboxes === null || counted.length === 0) return null;
  const readable = Math.round((mailboxes.count * counted.length) / telling.length);
  const items = readable * mean(counted.map((one) => one.items));
  const costs = counted.map((one) => requestsOf(one, policy));
  const requests = readable * mean(costs);
  const times = timesOf({ requests, items, largest: Math.max(...costs), mailboxes: readable });
  const [[limitedBy, seconds]] = Object.entries(times).toSorted(([, left], [, right]) => right - left) as [[Estimate['limitedBy'], number]];
  const bytes = items * (bytesPerItem + (policy.originalMime ? mimeBytes : 0));
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return {
    ...{ mailboxes: readable, items: Math.round(items), requests: Math.ceil(requests) },
    ...{ seconds: Math.ceil(seconds), bytes: Math.round(bytes), limitedBy },
    basis: [
      measured('mailboxesInScope', mailboxes.count, mailboxes.complete ? 'Mailboxes in the scope' : 'Mailboxes in the scope, at least'),
      measured('readableShare', rounded(counted.length / telling.length), `Share of ${telling.length} tried mailboxes that can be read`),
      measured(
        'itemsPerMailbox',
        rounded(mean(counted.map((one) => one.items))),
        `Items, mean of ${counted.length} mailboxes; Exchange counts every kind`,
      ),
      measured('foldersPerMailbox', rounded(mean(counted.map((one) => one.folders))), `Folders, mean of ${counted.length} mailboxes`),
      measured('largestItems', Math.max(...counted.map((one) => one.items)), 'Items of the largest of them'),
      ...assumptions(policy),
    ],
  };
}
