/** Who a document library belongs to: a person's OneDrive, a group's or a site's library. */
export type DriveOwnerKind = 'user' | 'group' | 'site';

export interface Author {
  readonly id: string;
  readonly displayName: string;
}

export interface FileContent {
  readonly mimeType: string;
  bytes(): Uint8Array;
}

export interface DriveNodeBase {
  /** Unique within the drive; `root` is the root's. */
  readonly key: string;
  readonly parentKey: string | null;
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Null for a folder. */
  readonly file: FileContent | null;
  /** A folder that people outside its owner's library were given. */
  readonly isShared?: boolean;
}

export interface DriveBase {
  /** Without the root, parents before their children. */
  readonly nodes: readonly DriveNodeBase[];
}

export interface ListColumn {
  readonly name: string;
  readonly kind: 'text' | 'number';
}

export interface ListRowBase {
  readonly id: string;
  readonly modifiedMs: number;
  readonly fields: Readonly<Record<string, string | number>>;
}

export interface ListBase {
  readonly key: string;
  readonly title: string;
  readonly columns: readonly ListColumn[];
  readonly rows: readonly ListRowBase[];
}

export interface SiteBase {
  /** Below the host, for instance sites/projects; empty for the root site. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly lists: readonly ListBase[];
}

/** Documents of an organisation. Everything is a pure function of the owner's key, made when asked for. */
export interface DocumentBase {
  readonly sites: readonly SiteBase[];
  drive(owner: { readonly kind: DriveOwnerKind; readonly key: string; readonly names: readonly string[] }): DriveBase;
}

export const NO_DOCUMENTS: DocumentBase = {
  sites: [{ path: '', title: 'Communication site', description: '', lists: [] }],
  drive: () => ({ nodes: [] }),
};
