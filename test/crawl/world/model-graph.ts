import { GraphError } from '../../../graph/graph-error.ts';
import type { CallOptions, DeltaItem, DeltaPage, Graph, GraphMessage } from '../../../graph/types.ts';
import type { MailboxModel, ModelItem } from './mailbox-model.ts';
import type { Random } from './random.ts';

/** What a chain of delta pages knows of an item: it is told again when something of it changed. */
type Known = Record<string, { version: number; moved: number; readChanged: number }>;

export interface ModelGraphOptions {
  model: MailboxModel;
  random: Random;
  /** Called before an answer is made and before it is handed out: where lanes interleave and time passes. */
  pause: () => Promise<void>;
  /** Chance of an answer 410, once per page. */
  resyncShare: number;
}

export const worldEpochMs = 1_700_000_000_000;
export const toDate = (time: number) => new Date(worldEpochMs + time * 1000);

function message(id: string, item: ModelItem): GraphMessage {
  return {
    id,
    subject: `version ${item.version}`,
    body: { contentType: 'text', content: `text of ${item.version}` },
    changeKey: `${item.version}-${item.readChanged}`,
    parentFolderId: item.folder,
    lastModifiedDateTime: toDate(item.version).toISOString(),
    receivedDateTime: toDate(item.received).toISOString(),
    hasAttachments: false,
    isRead: item.read,
    toRecipients: [],
  };
}

const gone = (operation: string) => new GraphError({ operation, code: 'ErrorItemNotFound', status: 404 });

function changeOf(id: string, { item, known }: { item: ModelItem; known: Known[string] | undefined }): DeltaItem<GraphMessage> {
  // Exchange with immutable ids reports an item that left and came back as removed, and not again until it changes
  // (github.com/microsoftgraph/microsoft-graph-docs/issues/21752).
  if (known !== undefined && known.moved !== item.moved) return { gone: true, id };
  // A change of read state comes with id, isRead and parentFolderId only (microsoft-graph-docs/issues/7776).
  if (known !== undefined && known.version === item.version)
    return { gone: false, item: { id, isRead: item.read, parentFolderId: item.folder } };
  return { gone: false, item: message(id, item) };
}

function shuffle<T>(list: T[], random: Random): T[] {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [list[index], list[other]] = [list[other] as T, list[index] as T];
  }
  return list;
}

/** Delta of one folder: a random part of what differs from what the chain knows, now and then with repeats or nothing. */
function deltaPage(
  { model, random }: ModelGraphOptions,
  { folderId, link, pageSize }: { folderId: string; link: string | null; pageSize: number },
): DeltaPage<GraphMessage> {
  const known: Known = link === null ? {} : (JSON.parse(link) as Known);
  const here = new Map([...model.items].filter(([, item]) => item.folder === folderId));
  const differs = (id: string, item: ModelItem) => {
    const before = known[id];
    return (
      before === undefined || before.version !== item.version || before.moved !== item.moved || before.readChanged !== item.readChanged
    );
  };
  const due = shuffle(
    [...[...here].filter(([id, item]) => differs(id, item)).map(([id]) => id), ...Object.keys(known).filter((id) => !here.has(id))],
    random,
  );
  const size = random.next() < 0.05 ? 0 : 1 + random.below(pageSize);
  const told = due.slice(0, size);
  const next: Known = { ...known };
  const items: DeltaItem<GraphMessage>[] = [];
  for (const id of told) {
    const item = here.get(id);
    if (item === undefined) {
      items.push({ gone: true, id });
      delete next[id];
    } else if (model.lossy && known[id] === undefined && random.next() < 0.1) {
      // Never told of, and not asked for again.
      next[id] = { version: item.version, moved: item.moved, readChanged: item.readChanged };
    } else {
      items.push(changeOf(id, { item, known: known[id] }));
      next[id] = { version: item.version, moved: item.moved, readChanged: item.readChanged };
    }
  }
  // The same item can come twice, also as a replay of an earlier page (learn.microsoft.com/graph/delta-query-overview).
  if (random.next() < 0.1 && items.length > 0) items.push(items[0] as DeltaItem<GraphMessage>);
  const state = JSON.stringify(next);
  return due.length <= size ? { items, next: null, delta: state, malformed: [] } : { items, next: state, delta: null, malformed: [] };
}

function refuseOverQuota(model: MailboxModel, operation: string): void {
  if (model.overQuota) throw new GraphError({ operation, code: 'ErrorQuotaExceeded', status: 403 });
}

const foldersOf = (model: MailboxModel) =>
  [...model.folders, model.hidden].map((id) => ({
    id,
    displayName: id,
    parentFolderId: 'root',
    totalItemCount: [...model.items.values()].some(({ folder }) => folder === id) ? 9 : 0,
    isHidden: id === model.hidden,
  }));

/** A folder's messages by time of receipt. */
const listOf = (model: MailboxModel, folderId: string): GraphMessage[] =>
  [...model.items]
    .filter(([, item]) => item.folder === folderId)
    .toSorted(([, one], [, other]) => one.received - other.received)
    .map(([id, item]) => message(id, item));

/** Graph over a model mailbox, as far as a crawl of its folders asks. */
export function createModelGraph(options: ModelGraphOptions): Graph {
  const { model, random, pause } = options;
  async function answer<T>({ budget }: CallOptions, make: () => T): Promise<T> {
    await pause();
    model.tick();
    await budget?.take();
    const made = make();
    await pause();
    return made;
  }
  async function onItsWay(call: CallOptions, make: () => DeltaPage<GraphMessage>): Promise<DeltaPage<GraphMessage>> {
    const ids: string[] = [];
    const page = await answer(call, () => {
      const made = make();
      ids.push(...made.items.map((item) => (item.gone ? item.id : item.item.id)));
      for (const id of ids) model.onTheWay.add(id);
      return made;
    });
    for (const id of ids) model.onTheWay.delete(id);
    return page;
  }
  const refuse = () => {
    throw new Error('The model does not answer this');
  };
  return {
    getRootFolderId: async () => 'root',
    async getFolder({ folderId }) {
      return { id: folderId, displayName: folderId, parentFolderId: 'root' };
    },
    async readFolderDelta({ link }) {
      refuseOverQuota(model, 'folders');
      const items = link === null ? foldersOf(model).map((item) => ({ gone: false as const, item })) : [];
      return { items, next: null, delta: 'folders', malformed: [] };
    },
    readMessageDelta: ({ folderId, link, pageSize }, call) =>
      onItsWay(call, () => {
        refuseOverQuota(model, 'delta');
        if (link !== null && random.next() < options.resyncShare)
          throw new GraphError({ operation: 'delta', code: 'SyncStateNotFound', status: 410 });
        return deltaPage(options, { folderId, link, pageSize });
      }),
    getMessage: ({ messageId }, call) =>
      answer(call, () => {
        const item = model.items.get(messageId);
        if (item === undefined) throw gone('getMessage');
        return message(messageId, item);
      }),
    listUsers: refuse,
    listDomainUsers: refuse,
    listDomains: refuse,
    findUsers: refuse,
    listUsersById: refuse,
    findGroups: refuse,
    listTransitiveMembers: refuse,
    listMemberOf: refuse,
    hasMembers: refuse,
    listChildFolders: refuse,
    getArchiveId: refuse,
    getUserPurpose: refuse,
    getUserHints: refuse,
    probeMailbox: refuse,
    countMessages: ({ folderId }, call) => answer(call, () => [...model.items.values()].filter((item) => item.folder === folderId).length),
    countEvents: refuse,
    listMessages: ({ folderId, from, before, skip, whole, pageSize }, call) =>
      answer(call, () => {
        const listed = listOf(model, folderId).filter(({ receivedDateTime }) => {
          const receivedMs = Date.parse(receivedDateTime ?? '');
          return (from === null || receivedMs >= Date.parse(from)) && (before === null || receivedMs < Date.parse(before));
        });
        const page = listed.slice(skip, skip + Math.min(pageSize, 1 + random.below(4)));
        const items = model.lossy && random.next() < 0.1 ? page.slice(0, random.below(page.length + 1)) : page;
        return { items: whole ? items : items.map(({ body: _body, ...keys }) => keys), next: null, malformed: [] };
      }),
    listFolders: async () => foldersOf(model),
    listAttachments: refuse,
    listWithAttachments: refuse,
    readMime: refuse,
    readAttachment: refuse,
    getReference: refuse,
    listCalendars: refuse,
    listEvents: refuse,
    listInstances: refuse,
    getEvent: refuse,
    checkCredential: refuse,
    close: async () => undefined,
  };
}
