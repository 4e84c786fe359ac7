import type { DocumentBase, DriveBase, DriveNodeBase, FileContent, ListBase, SiteBase } from '../drive-model.ts';
import { randomOf, type Random } from '../random.ts';
import { seedFile, seedPicture } from './files.ts';
import { PROJECTS } from './words.ts';

const DAY_MS = 86_400_000;
const TOPICS = ['Contoso Project', 'Budget', 'Offer', 'Minutes', 'Roadmap', 'Audit', 'Invoice', 'Travel report'];
const SENTENCES = ['The plan is agreed.', 'Two points are open.', 'Costs are below the estimate.', 'The next meeting is on Monday.'];
const THINGS = ['Gadget', 'Widget', 'Gizmo', 'Sprocket', 'Bracket', 'Flange', 'Bearing', 'Valve'];
const COLOURS = ['Red', 'Blue', 'Green', 'Black'];

/** Small libraries and sites made of the seed; nothing is made for owners nobody asks about. */
export function seedDocuments(options: { readonly seed: string; readonly anchorMs: number }): DocumentBase {
  return {
    sites: sitesOf(options.seed, options.anchorMs),
    drive: (owner) => seedDrive(randomOf(options.seed, owner.kind, owner.key, 'drive'), options.anchorMs),
  };
}

/** Folders with a few files in each; one folder is shared, as most libraries have it. */
function seedDrive(random: Random, anchorMs: number): DriveBase {
  const nodes: DriveNodeBase[] = [];
  const createdMs = anchorMs - (200 + random.below(400)) * DAY_MS;
  const folder = (parentKey: string, name: string, isShared = false): string => {
    const key = `d${nodes.length + 1}`;
    nodes.push({ key, parentKey, name, createdMs, modifiedMs: createdMs, file: null, ...(isShared ? { isShared } : {}) });
    return key;
  };
  const file = (parentKey: string) => {
    const madeMs = createdMs + random.below(200) * DAY_MS + random.below(80_000) * 1_000;
    const { name, content } = fileOf(random);
    const isTaken = nodes.some((node) => node.parentKey === parentKey && node.name === name);
    nodes.push({
      ...{ key: `f${nodes.length + 1}`, parentKey, name: isTaken ? `${nodes.length} ${name}` : name },
      ...{ createdMs: madeMs, modifiedMs: madeMs, file: content },
    });
  };
  const documents = folder('root', 'Documents');
  const photos = folder('root', 'Photos');
  const project = folder('root', 'Contoso Project', true);
  const year = folder(documents, random.pick(PROJECTS));
  for (const parent of ['root', documents, year, project]) for (let count = 2 + random.below(3); count > 0; count--) file(parent);
  for (let count = 1 + random.below(2); count > 0; count--) picture(nodes, { random, parentKey: photos, createdMs });
  return { nodes };
}

function fileOf(random: Random): { name: string; content: FileContent } {
  const sentences = Array.from({ length: 2 + random.below(6) }, () => random.pick(SENTENCES));
  const made = seedFile(random, { topic: random.pick(TOPICS), sentences, language: 'en', mark: random.next().toString(16) });
  return { name: made.name.replaceAll('-', ' '), content: { mimeType: made.contentType, bytes: made.bytes } };
}

function picture(nodes: DriveNodeBase[], of: { random: Random; parentKey: string; createdMs: number }): void {
  const { random, parentKey, createdMs } = of;
  const { bytes } = seedPicture(random, 'x');
  const name = `Photo ${nodes.length}.png`;
  nodes.push({ key: `f${nodes.length + 1}`, parentKey, name, createdMs, modifiedMs: createdMs, file: { mimeType: 'image/png', bytes } });
}

function sitesOf(seed: string, anchorMs: number): SiteBase[] {
  const random = randomOf(seed, 'sites');
  const lists = (): ListBase[] => [inventory(random, anchorMs)];
  return [
    { path: '', title: 'Communication site', description: 'News for everybody', lists: lists() },
    { path: 'sites/teamA', title: 'Team A Site', description: '', lists: lists() },
    { path: 'sites/teamB', title: 'Team B Site', description: 'Where team B keeps its papers', lists: lists() },
    { path: 'sites/teamA/archive', title: 'Archive of team A', description: '', lists: [] },
    { path: 'teams/1drvteam', title: 'OneDrive Team Site', description: '', lists: lists() },
  ];
}

function inventory(random: Random, anchorMs: number): ListBase {
  const rows = Array.from({ length: 3 + random.below(30) }, (_, index) => {
    const fields = {
      Title: `${random.pick(THINGS)} ${index + 1}`,
      Name: random.pick(THINGS),
      Color: random.pick(COLOURS),
      Quantity: random.below(3_000),
    };
    return { id: String(index + 1), modifiedMs: anchorMs - random.below(300) * DAY_MS, fields };
  });
  const columns = [
    { name: 'Title', kind: 'text' },
    { name: 'Name', kind: 'text' },
    { name: 'Color', kind: 'text' },
    { name: 'Quantity', kind: 'number' },
  ] as const;
  return { key: 'inventory', title: 'Inventory', columns, rows };
}
