import type { Organisation } from './model.ts';
import { uuidOf } from './random.ts';

export type OutlookKind = 'contact' | 'contactFolder' | 'category' | 'rule' | 'settings';

/** A person's smaller Outlook resources, kept as Graph words them; what is made of their place is added when they are read. */
export type OutlookFields = Readonly<Record<string, unknown>>;

export type OutlookChange =
  | {
      readonly op: 'outlook.set';
      readonly userId: string;
      readonly kind: OutlookKind;
      readonly key: string;
      /** The folder of a contact or contact folder. */
      readonly parent?: string;
      /** All that it holds from now on. */
      readonly fields: OutlookFields;
    }
  | { readonly op: 'outlook.delete'; readonly userId: string; readonly kind: OutlookKind; readonly key: string };

export interface OutlookItem {
  readonly key: string;
  readonly kind: OutlookKind;
  readonly parent: string | null;
  readonly fields: OutlookFields;
  readonly createdSeq: number;
  readonly changedSeq: number;
  /** 0 while it is as it came with the organisation. */
  readonly createdMs: number;
  readonly changedMs: number;
}

export interface OutlookLogEntry {
  readonly seq: number;
  readonly kind: OutlookKind;
  readonly key: string;
  /** Where the item was before, when it left that place. */
  readonly left?: string;
}

export interface OutlookState {
  readonly seq: number;
  /** Every change, oldest first. */
  readonly log: readonly OutlookLogEntry[];
  /** In the order in which they were made. */
  list(kind: OutlookKind): readonly OutlookItem[];
  get(kind: OutlookKind, key: string): OutlookItem | undefined;
}

export interface OutlookStates {
  of(userId: string): OutlookState;
  apply(change: OutlookChange, atMs: number): void;
}

/** The folder that every mailbox has; its key. */
export const CONTACTS_FOLDER = 'contacts';

interface Held extends OutlookState {
  seq: number;
  readonly log: OutlookLogEntry[];
  readonly items: Map<string, OutlookItem>;
}

/** People's contacts, categories, rules and settings; only those of people whom somebody asked about are in memory. */
export function createOutlookStates(organisation: Organisation): OutlookStates {
  const states = new Map<string, Held>();
  const heldOf = (userId: string): Held => {
    const known = states.get(userId);
    if (known) return known;
    const made = emptyState();
    for (const item of baseItems(organisation, userId)) made.items.set(`${item.kind}/${item.key}`, item);
    states.set(userId, made);
    return made;
  };
  return {
    of: heldOf,
    apply: (change, atMs) => applyTo(heldOf(change.userId), change, atMs),
  };
}

/** The categories that Outlook gives to every new mailbox. */
const CATEGORIES = { Red: 0, Orange: 1, Yellow: 3, Green: 4, Blue: 7, Purple: 8 } as const;

function baseItems(organisation: Organisation, userId: string): OutlookItem[] {
  const never = { createdSeq: 0, changedSeq: 0, createdMs: 0, changedMs: 0 };
  const categories = Object.entries(CATEGORIES).map(([name, preset]): OutlookItem => {
    const fields = { displayName: `${name} category`, color: `preset${preset}` };
    return { kind: 'category', key: uuidOf(`category:${userId}:${name}`), parent: null, fields, ...never };
  });
  const user = organisation.users.find(({ id }) => id === userId);
  const contacts = (user && organisation.personalContacts?.(user)) ?? [];
  return [
    ...categories,
    ...contacts.map((fields, index): OutlookItem => {
      const key = uuidOf(`contact:${userId}:${index}`).slice(0, 8);
      return { kind: 'contact', key, parent: CONTACTS_FOLDER, fields, ...never };
    }),
  ];
}

function emptyState(): Held {
  const items = new Map<string, OutlookItem>();
  return {
    ...{ seq: 0, log: [], items },
    list: (kind) => [...items.values()].filter((item) => item.kind === kind),
    get: (kind, key) => items.get(`${kind}/${key}`),
  };
}

function applyTo(state: Held, change: OutlookChange, atMs: number): void {
  const name = `${change.kind}/${change.key}`;
  const known = state.items.get(name);
  const seq = ++state.seq;
  const parent = change.op === 'outlook.set' ? (change.parent ?? known?.parent ?? null) : null;
  const left = known?.parent && known.parent !== parent ? { left: known.parent } : {};
  state.log.push({ seq, kind: change.kind, key: change.key, ...left });
  if (change.op === 'outlook.delete') return void state.items.delete(name);
  const { kind, key, fields } = change;
  const times = { createdSeq: known?.createdSeq ?? seq, createdMs: known?.createdMs ?? atMs, changedSeq: seq, changedMs: atMs };
  state.items.set(name, { kind, key, parent, fields, ...times });
}
