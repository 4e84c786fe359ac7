import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { NO_DOCUMENTS, type DocumentBase, type DriveBase, type DriveNodeBase, type FileContent, type SiteBase } from '../drive-model.ts';
import type { LoadProblem } from '../model.ts';
import { decodedText } from '../decoded-text.ts';

/** Types that Microsoft's services name by a file's ending. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.zip': 'application/zip',
  '.msg': 'application/vnd.ms-outlook',
  '.doc': 'application/msword',
  '.xls': 'application/vnd.ms-excel',
  '.ppt': 'application/vnd.ms-powerpoint',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

/**
 * drives/<address of a user or group>/… and drives/<site path, percent-encoded>/… as libraries; a site path that is not
 * the root's makes a site. Everything is read at once; what cannot be read is named among the problems and left out.
 */
export function folderDocuments(root: string, problems: LoadProblem[]): DocumentBase {
  const folder = join(root, 'drives');
  if (!existsSync(folder)) return NO_DOCUMENTS;
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const byOwner = new Map(names.map((name) => [decodedText(name).toLowerCase(), treeOf(join(folder, name), { root, problems })]));
  const paths = names.map(decodedText).filter((name) => !name.includes('@') && name.toLowerCase() !== 'root');
  const sites = paths.map((path): SiteBase => ({ path, title: path.split('/').at(-1)!, description: '', lists: [] }));
  return {
    sites: [...NO_DOCUMENTS.sites, ...sites],
    drive: ({ kind, key, names: owners }) => {
      const known = kind === 'site' && key === '' ? ['root'] : [key, ...owners];
      return known.map((name) => byOwner.get(name.toLowerCase())).find((found) => found !== undefined) ?? { nodes: [] };
    },
  };
}

function treeOf(library: string, context: { readonly root: string; readonly problems: LoadProblem[] }): DriveBase {
  const nodes: DriveNodeBase[] = [];
  const visit = (folder: string, parentKey: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || !(entry.isDirectory() || entry.isFile())) continue;
      const path = join(folder, entry.name);
      const key = `n${createHash('sha1').update(relative(library, path)).digest('hex').slice(0, 16)}`;
      try {
        const modifiedMs = Math.floor(statSync(path).mtimeMs / 1_000) * 1_000;
        const place = { key, parentKey, name: decodedText(entry.name), createdMs: modifiedMs, modifiedMs };
        nodes.push({ ...place, file: entry.isFile() ? contentOf(path) : null });
        if (entry.isDirectory()) visit(path, key);
      } catch (error) {
        context.problems.push({
          file: relative(context.root, path),
          problem: `cannot be read: ${(error as Error).message}`,
          outcome: 'left out',
        });
      }
    }
  };
  visit(library, 'root');
  return { nodes };
}

function contentOf(path: string): FileContent {
  const bytes = readFileSync(path);
  return { mimeType: MIME_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream', bytes: () => bytes };
}
