import type { Random } from './random.ts';

/** One message as the mailbox holds it. */
export interface ModelItem {
  folder: string;
  /** Time of the last change of content. */
  version: number;
  read: boolean;
  /** Times of the last move and of the last change of the read state: delta tells that something happened since. */
  moved: number;
  readChanged: number;
  /** Second of receipt: many share one. */
  received: number;
}

/** A mailbox that changes at random: the truth that a crawl has to end in. */
export interface MailboxModel {
  folders: readonly string[];
  hidden: string;
  items: Map<string, ModelItem>;
  tick(): number;
  now(): number;
  /** Lets seconds pass in which nothing happens. */
  jump(seconds: number): void;
  mutate(): void;
  /** Items in answers that are on their way: what happens to them now, the answer does not tell. */
  onTheWay: Set<string>;
  /** Delta is refused, as Exchange does for a mailbox at its quota. */
  overQuota: boolean;
  /** Delta does not tell of some arrivals, and lists end early. */
  lossy: boolean;
}

export interface ModelShape {
  folders: number;
  items: number;
  movesOnly: boolean;
  /** Most changes are a move and an edit of an item whose answer is on its way, once each: what a late answer would undo. */
  busy: boolean;
}

/** `movesOnly` lets items move between crawled folders and nothing else. */
export function createMailboxModel(random: Random, { folders, items: count, movesOnly, busy }: ModelShape): MailboxModel {
  const crawled = Array.from({ length: folders }, (_, index) => `f${index}`);
  const hidden = 'hidden';
  const everywhere = movesOnly || busy ? crawled : [...crawled, hidden];
  const items = new Map<string, ModelItem>();
  const movesBumpVersion = random.next() < 0.5;
  const onTheWay = new Set<string>();
  const overtaken = new Set<string>();
  let time = 1;
  let nextId = 0;
  const add = () => {
    items.set(`i${nextId}`, {
      folder: random.pick(everywhere),
      version: time,
      read: false,
      moved: 0,
      readChanged: 0,
      received: time - (time % 7),
    });
    nextId += 1;
  };
  for (let index = 0; index < count; index += 1) add();

  function move(item: ModelItem): void {
    const folder = random.pick(everywhere);
    if (folder === item.folder) return;
    item.folder = folder;
    item.moved = time;
    if (movesBumpVersion) item.version = time;
  }

  function overtake(): void {
    const ids = [...onTheWay].filter((id) => items.has(id) && !overtaken.has(id));
    if (ids.length === 0) return;
    const id = random.pick(ids);
    const item = items.get(id) as ModelItem;
    overtaken.add(id);
    item.folder = random.pick(crawled.filter((folder) => folder !== item.folder));
    item.moved = time;
    item.version = time;
  }

  return {
    overQuota: false,
    lossy: false,
    onTheWay,
    folders: crawled,
    hidden,
    items,
    tick: () => (time += 1),
    now: () => time,
    jump(seconds) {
      time += seconds;
    },
    mutate() {
      time += 1;
      const dice = random.next();
      const ids = [...items.keys()];
      const id = ids.length === 0 ? undefined : random.pick(ids);
      const item = id === undefined ? undefined : items.get(id);
      if (movesOnly) {
        if (item !== undefined) move(item);
      } else if (busy && dice < 0.9) overtake();
      else if (dice < 0.5 && item !== undefined) move(item);
      else if (dice < 0.62 && item !== undefined) item.version = time;
      else if (dice < 0.72 && item !== undefined) Object.assign(item, { read: !item.read, readChanged: time });
      else if (dice < 0.86) add();
      else if (id !== undefined) items.delete(id);
    },
  };
}
