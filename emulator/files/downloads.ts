import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { seedPicture } from '../data/seed/files.ts';
import { randomOf } from '../data/random.ts';
import type { World } from '../data/world.ts';
import type { SigningKey } from '../entra/keys.ts';
import type { Answer } from '../http/answer.ts';
import { driveOf, siteByDriveId } from './places.ts';
import { pdfOf } from './text-pdf.ts';

export interface Download {
  /** Id of the drive, key of the item. */
  readonly drive: string;
  readonly item: string;
  /** Counted from 1; the current one without it. */
  readonly version?: number;
  readonly format?: 'pdf';
  /** Width and height. */
  readonly thumbnail?: readonly [number, number];
}

export interface Downloads {
  /** A URL that needs no Authorization header, for an hour: learn.microsoft.com/graph/api/driveitem-get-content. */
  urlOf(origin: string, download: Download): string;
  /** Undefined when the path is none of these URLs'. */
  answer(
    incoming: Pick<IncomingMessage, 'method' | 'headers'>,
    url: { readonly path: string; readonly search: string },
  ): Answer | undefined;
}

const PATH = '/_layouts/15/download.aspx';
const LIFE_MS = 60 * 60 * 1_000;

interface Ticket extends Download {
  readonly until: number;
}

export function createDownloads({ world, key }: { world: World; key: SigningKey }): Downloads {
  const secret = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const signatureOf = (text: string) => createHmac('sha256', secret).update(`download ${text}`).digest('base64url');
  const opened = (ticket: string): Ticket | undefined => {
    const [body = '', signature = ''] = ticket.split('.');
    const expected = Buffer.from(signatureOf(body));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Ticket;
  };
  return {
    urlOf: (origin, download) => {
      // Whole minutes, so that a page read twice holds the same links.
      const until = Math.floor((world.clock.nowMs() + LIFE_MS) / 60_000) * 60_000;
      const body = Buffer.from(JSON.stringify({ ...download, until })).toString('base64url');
      return `${origin}${PATH}?tempauth=${body}.${signatureOf(body)}`;
    },
    answer: (incoming, { path, search }) => {
      if (path.toLowerCase() !== PATH) return undefined;
      if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return { status: 405, headers: { Allow: 'GET, HEAD' } };
      const ticket = opened(new URLSearchParams(search).get('tempauth') ?? '');
      if (!ticket || ticket.until < world.clock.nowMs())
        return { status: 401, headers: { 'Content-Type': 'text/plain' }, body: '401 UNAUTHORIZED' };
      const found = contentOf(world, ticket);
      if (!found) return { status: 404, headers: { 'Content-Type': 'text/plain' }, body: '404 FILE NOT FOUND' };
      const answer = ranged(found, incoming.headers.range);
      return incoming.method === 'HEAD' ? { status: answer.status, headers: answer.headers ?? {} } : answer;
    },
  };
}

interface Content {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

function contentOf(world: World, ticket: Ticket): Content | undefined {
  const site = siteByDriveId(world, ticket.drive);
  const node = site && driveOf(world, site).nodes.get(ticket.item);
  if (!node?.file || node.deletedMs !== null) return undefined;
  if (ticket.thumbnail) {
    const bytes = seedPicture(randomOf(ticket.drive, node.key, 'thumbnail'), 'x').bytes();
    return { name: 'thumbnail.png', mimeType: 'image/png', bytes };
  }
  const version = ticket.version === undefined ? node.versions.at(-1) : node.versions[ticket.version - 1];
  if (!version) return undefined;
  const bytes = version.file.bytes();
  if (ticket.format === undefined || version.file.mimeType === 'application/pdf')
    return { name: node.name, mimeType: version.file.mimeType, bytes };
  const lines = Buffer.from(bytes)
    .toString('utf8')
    .replaceAll(/[^\x20-\x7e\n]/g, '?')
    .split('\n')
    .slice(0, 45);
  return { name: node.name.replace(/(\.[^.]*)?$/, '.pdf'), mimeType: 'application/pdf', bytes: pdfOf(lines) };
}

/** One range of bytes (RFC 9110 §14); several at once are answered with the whole. */
function ranged(content: Content, range: string | undefined): Answer {
  const { bytes } = content;
  const name = encodeURIComponent(content.name);
  const headers = {
    'Content-Type': content.mimeType,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': `attachment; filename*=UTF-8''${name}`,
  };
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return { status: 200, headers, body: bytes };
  const start = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (start > end || start >= bytes.length) return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${bytes.length}` } };
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.subarray(start, end + 1),
  };
}
