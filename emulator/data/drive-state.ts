import { setBounded } from './bounded-map.ts';
import type { DriveChange } from './changes.ts';
import type { Blobs } from './blobs.ts';
import type { Author, DocumentBase, DriveNodeBase, DriveOwnerKind, FileContent } from './drive-model.ts';

export interface NodeVersion {
  readonly modifiedMs: number;
  readonly by: Author;
  readonly file: FileContent;
}

/** A file or folder as it is now. */
export interface DriveNode extends DriveNodeBase {
  /** The item's number within the library's list. */
  readonly ordinal: number;
  /** The drive's count of changes when this one was last changed; 0 while it is as it came. */
  readonly seq: number;
  readonly changedMs: number;
  readonly deletedMs: number | null;
  readonly modifiedBy: Author;
  /** Of a file, oldest first; the last is the current one. */
  readonly versions: readonly NodeVersion[];
}

export interface DriveOwner {
  readonly kind: DriveOwnerKind;
  /** A user's or group's id, a site's path. */
  readonly key: string;
  /** The names a folder of files may carry for it. */
  readonly names: readonly string[];
  readonly author: Author;
}

export interface DriveState {
  readonly owner: DriveOwner;
  readonly seq: number;
  /** Delta links from before this count are refused. */
  readonly expiredSeq: number;
  readonly resyncCode: string;
  readonly root: DriveNode;
  /** Living and deleted ones, the root among them. */
  readonly nodes: ReadonlyMap<string, DriveNode>;
  children(key: string): readonly DriveNode[];
  /** Bytes of a file, or of all files below a folder. */
  sizeOf(node: DriveNode): number;
}

export interface DriveStates {
  drive(owner: DriveOwner): DriveState;
  apply(change: DriveChange, atMs: number): void;
}

/** The documents of an organisation with the journal's changes above them. */
export function createDriveStates(documents: DocumentBase, blobs: Blobs): DriveStates {
  const drives = new Map<string, MutableDrive>();
  const pristine = new Map<string, MutableDrive>();
  const pending = new Map<string, { change: DriveChange; atMs: number }[]>();
  const nameOf = (owner: Pick<DriveOwner, 'kind' | 'key'>) => `${owner.kind}:${owner.key}`;
  return {
    drive: (owner) => {
      const name = nameOf(owner);
      const known = drives.get(name) ?? pristine.get(name);
      if (known) return known;
      const made = makeDrive(owner, { documents, blobs });
      const changes = pending.get(name) ?? [];
      for (const { change, atMs } of changes) made.apply(change, atMs);
      pending.delete(name);
      if (changes.length > 0) drives.set(name, made);
      else setBounded(pristine, { key: name, value: made, most: PRISTINE_KEPT });
      return made;
    },
    // A changed library is made when somebody asks for it: what belongs to whom is known then.
    apply: (change, atMs) => {
      const made = drives.get(change.drive) ?? pristine.get(change.drive);
      if (!made) {
        const waiting = pending.get(change.drive) ?? [];
        waiting.push({ change, atMs });
        return void pending.set(change.drive, waiting);
      }
      made.apply(change, atMs);
      pristine.delete(change.drive);
      drives.set(change.drive, made);
    },
  };
}

/** Libraries that nobody changed can be made again at any time; this many are kept. */
const PRISTINE_KEPT = 500;

interface MutableDrive extends DriveState {
  apply(change: DriveChange, atMs: number): void;
}

function makeDrive(owner: DriveOwner, deps: { documents: DocumentBase; blobs: Blobs }): MutableDrive {
  const { nodes: base } = deps.documents.drive(owner);
  const firstMs = base.reduce((first, node) => Math.min(first, node.createdMs), Date.UTC(2025, 0, 1));
  const root: DriveNodeBase = { key: 'root', parentKey: null, name: 'root', createdMs: firstMs, modifiedMs: firstMs, file: null };
  const nodes = new Map<string, DriveNode>();
  const byParent = new Map<string, string[]>();
  const put = (node: DriveNode) => {
    nodes.set(node.key, node);
    byParent.clear();
  };
  const counts = { seq: 0, expiredSeq: 0, resyncCode: 'resyncChangesApplyDifferences' };
  for (const [index, node] of [root, ...base].entries()) put(stateOf(node, { ordinal: index, author: owner.author, seq: 0 }));
  const children = (key: string): DriveNode[] => {
    if (byParent.size === 0) {
      for (const node of nodes.values()) {
        if (node.parentKey === null || node.deletedMs !== null) continue;
        byParent.set(node.parentKey, [...(byParent.get(node.parentKey) ?? []), node.key]);
      }
    }
    return (byParent.get(key) ?? []).map((child) => nodes.get(child)!);
  };
  const sizeOf = (node: DriveNode): number =>
    node.file ? node.file.bytes().length : children(node.key).reduce((sum, child) => sum + sizeOf(child), 0);
  const apply = (change: DriveChange, atMs: number) => {
    const seq = ++counts.seq;
    if (change.op === 'drive.expire') return void Object.assign(counts, { expiredSeq: seq, resyncCode: change.code });
    const file = 'blob' in change && change.blob !== undefined ? fileOf(change, deps.blobs) : null;
    if (change.op === 'driveItem.add') {
      const { key, parent: parentKey, name } = change;
      const made = { key, parentKey, name, createdMs: atMs, modifiedMs: atMs, file };
      return put(stateOf(made, { ordinal: nodes.size, author: owner.author, seq }));
    }
    const node = nodes.get(change.key);
    if (!node || node.deletedMs !== null) return;
    if (change.op === 'driveItem.delete') {
      for (const gone of withAllBelow(node, children)) put({ ...gone, deletedMs: atMs, changedMs: atMs, seq });
      return;
    }
    put(edited(node, { change, file, seq, atMs, author: owner.author }));
  };
  return {
    owner,
    ...{ nodes, children, sizeOf, apply },
    get seq() {
      return counts.seq;
    },
    get expiredSeq() {
      return counts.expiredSeq;
    },
    get resyncCode() {
      return counts.resyncCode;
    },
    get root() {
      return nodes.get('root')!;
    },
  };
}

/** Children before their folder, as they are to be deleted. */
function withAllBelow(node: DriveNode, children: DriveState['children']): DriveNode[] {
  return [...children(node.key).flatMap((child) => withAllBelow(child, children)), node];
}

function stateOf(base: DriveNodeBase, at: { ordinal: number; author: Author; seq: number }): DriveNode {
  const versions = base.file ? [{ modifiedMs: base.modifiedMs, by: at.author, file: base.file }] : [];
  return { ...base, ordinal: at.ordinal, seq: at.seq, changedMs: base.modifiedMs, deletedMs: null, modifiedBy: at.author, versions };
}

function edited(
  node: DriveNode,
  of: { change: Extract<DriveChange, { op: 'driveItem.edit' }>; file: FileContent | null; seq: number; atMs: number; author: Author },
): DriveNode {
  const { change, file, seq, atMs, author } = of;
  const versions = file ? [...node.versions, { modifiedMs: atMs, by: author, file }] : node.versions;
  return {
    ...node,
    ...{ name: change.name ?? node.name, parentKey: change.parent ?? node.parentKey, file: file ?? node.file, versions },
    ...{ seq, changedMs: atMs, modifiedMs: atMs, modifiedBy: author },
  };
}

function fileOf(change: { readonly blob?: string; readonly mimeType?: string }, blobs: Blobs): FileContent {
  return { mimeType: change.mimeType ?? 'application/octet-stream', bytes: () => blobs.get(change.blob!) };
}
