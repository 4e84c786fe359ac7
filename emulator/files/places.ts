import { createHash } from 'node:crypto';
import type { DriveNode, DriveOwner, DriveState } from '../data/drive-state.ts';
import type { SiteBase } from '../data/drive-model.ts';
import type { Group } from '../data/directory-model.ts';
import type { User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import { FILE_PROBLEMS } from './problems.ts';

/** A site, a person's own one among them, and what belongs to it. */
export interface Site {
  readonly owner: DriveOwner;
  readonly host: string;
  /** Below the host; empty for the root site. */
  readonly path: string;
  readonly title: string;
  readonly collectionId: string;
  readonly webId: string;
  /** Of the default library. */
  readonly libraryId: string;
  readonly base: SiteBase | null;
}

/** Who has a OneDrive here: people with a licence. */
const HAS_DRIVE: ReadonlySet<User['class']> = new Set(['user', 'onPremises']);

export function hosts(world: World): { readonly teams: string; readonly personal: string } {
  const initial = world.tenant.domains.find((domain) => domain.endsWith('.onmicrosoft.com')) ?? world.tenant.domains[0]!;
  const name = initial.split('.')[0]!;
  return { teams: `${name}.sharepoint.com`, personal: `${name}-my.sharepoint.com` };
}

/**
 * A person's site carries the person's id, turned by a fixed mask, in its own: so a drive id tells its owner, and no list
 * of a million drives is kept.
 */
const MASKS = { user: '5f3b9c02a7d14e6891c4d20be6173a5d', group: 'b1a46e3708f24c9d85e31f7a90c2d46b' } as const;

function masked(id: string, kind: keyof typeof MASKS): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  const mask = Buffer.from(MASKS[kind], 'hex');
  return guidText(bytes.map((byte, index) => byte ^ mask[index]!));
}

function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function withIds(world: World, site: Omit<Site, 'collectionId' | 'webId' | 'libraryId'>): Site {
  const { kind, key } = site.owner;
  const name = `${world.tenant.id}:${kind}:${key}`;
  const collection = site.base ? site.base.path.split('/').slice(0, 2).join('/') : key;
  const collectionId = kind === 'site' ? uuidOf(`collection:${world.tenant.id}:${collection}`) : masked(key, kind);
  return { ...site, collectionId, webId: uuidOf(`web:${name}`), libraryId: uuidOf(`library:${name}`) };
}

export function siteOfUser(world: World, user: User): Site | undefined {
  if (!HAS_DRIVE.has(user.class) || !isUuid(user.id)) return undefined;
  const author = { id: user.id, displayName: user.displayName };
  const names = [user.upn, ...(user.mail ? [user.mail] : []), ...user.aliases];
  const path = `personal/${user.upn.replaceAll(/[^\p{L}\p{N}]/gu, '_')}`;
  const owner: DriveOwner = { kind: 'user', key: user.id, names, author };
  return withIds(world, { owner, host: hosts(world).personal, path, title: user.displayName, base: null });
}

export function siteOfBase(world: World, base: SiteBase): Site {
  const author = { id: uuidOf(`system:${world.tenant.id}`), displayName: 'System Account' };
  const owner: DriveOwner = { kind: 'site', key: base.path, names: [base.path], author };
  return withIds(world, { owner, host: hosts(world).teams, path: base.path, title: base.title, base });
}

/** A Microsoft 365 group's own site. */
export function siteOfGroup(world: World, group: Group): Site {
  const author = { id: group.id, displayName: group.displayName };
  const nickname = (group.mail ?? group.displayName).split('@')[0]!.replaceAll(/[^\p{L}\p{N}_-]/gu, '');
  const owner: DriveOwner = { kind: 'group', key: group.id.toLowerCase(), names: group.mail ? [group.mail] : [], author };
  return withIds(world, { owner, host: hosts(world).teams, path: `sites/${nickname}`, title: group.displayName, base: null });
}

export function driveOf(world: World, site: Site): DriveState {
  return world.drives.drive(site.owner);
}

/** b! and the three GUIDs, as SharePoint makes drive ids. */
export function driveIdOf(site: Site): string {
  return `b!${Buffer.concat([site.collectionId, site.webId, site.libraryId].map(guidBytes)).toString('base64url')}`;
}

function guidBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** The site whose id or drive id holds these GUIDs. */
export function siteByIds(world: World, ids: { readonly collectionId: string; readonly webId: string }): Site | undefined {
  const teams = world.sites.map((base) => siteOfBase(world, base));
  const user = world.findUser(masked(ids.collectionId, 'user'));
  const group = findGroup(world, masked(ids.collectionId, 'group'));
  const candidates = [...teams, user && siteOfUser(world, user), group && siteOfGroup(world, group)];
  return candidates.find((site) => site && site.collectionId === ids.collectionId && site.webId === ids.webId);
}

/** Only Microsoft 365 groups own a library. */
export function findGroup(world: World, id: string): Group | undefined {
  const entry = world.directory.get(id);
  return entry?.kind === 'group' && entry.value.kind === 'microsoft365' ? entry.value : undefined;
}

export function siteByDriveId(world: World, id: string): Site | undefined {
  if (!/^b![A-Za-z0-9_-]{64}$/.test(id)) throw FILE_PROBLEMS.badDriveId();
  const bytes = Buffer.from(id.slice(2), 'base64url');
  const part = (index: number) => guidText(guidBytes(bytes.subarray(index * 16, index * 16 + 16).toString('hex')));
  const site = siteByIds(world, { collectionId: part(0), webId: part(1) });
  return site?.libraryId === part(2) ? site : undefined;
}

export function siteIdOf(site: Site): string {
  return `${site.host},${site.collectionId},${site.webId}`;
}

export function webUrlOf(site: Site): string {
  return `https://${site.host}${site.path === '' ? '' : `/${encodeURI(site.path)}`}`;
}

/** 34 letters and digits beginning with 01, as SharePoint's item ids. */
export function itemIdOf(drive: DriveState, node: Pick<DriveNode, 'key'>): string {
  const hash = createHash('sha1').update(`${drive.owner.kind}:${drive.owner.key}:${node.key}`).digest();
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  for (let bit = 0; bit < 160; bit += 5) {
    const pair = (hash[bit >> 3]! << 8) | (hash[(bit >> 3) + 1] ?? 0);
    text += letters[(pair >> (11 - (bit & 7))) & 31];
  }
  return `01${text}`;
}

/** The GUID within eTag and cTag. */
export function uniqueIdOf(drive: DriveState, node: Pick<DriveNode, 'key'>): string {
  return uuidOf(`item:${drive.owner.kind}:${drive.owner.key}:${node.key}`);
}

/** Names from the root down; the root itself has none. */
export function namesOf(drive: DriveState, node: DriveNode): string[] {
  const names: string[] = [];
  for (let at: DriveNode | undefined = node; at && at.parentKey !== null; at = drive.nodes.get(at.parentKey)) names.unshift(at.name);
  return names;
}
