import { setBounded } from '../data/bounded-map.ts';

/** When links were given, for rules that let them expire. */
export interface LinkAges {
  /** Links are kept only while some rule asks for their age. */
  track(wanted: boolean): void;
  /** Keeps the links of an answer. */
  remember(body: unknown): void;
  /** A link that is not known was given before ages were asked for. */
  ageMs(link: string): number;
}

const KEPT = 20_000;

export function createLinkAges(nowMs: () => number): LinkAges {
  const given = new Map<string, number>();
  let sinceMs: number | undefined;
  return {
    track: (wanted) => {
      if (!wanted) given.clear();
      sinceMs = wanted ? (sinceMs ?? nowMs()) : undefined;
    },
    remember: (body) => {
      if (sinceMs === undefined || typeof body !== 'object' || body === null) return;
      const fields = body as Readonly<Record<string, unknown>>;
      for (const name of ['@odata.nextLink', '@odata.deltaLink']) {
        const link = fields[name];
        if (typeof link !== 'string') continue;
        setBounded(given, { key: tokenOf(link), value: nowMs(), most: KEPT });
      }
    },
    ageMs: (link) => nowMs() - (given.get(tokenOf(link)) ?? sinceMs ?? nowMs()),
  };
}

/** Clients may write a link's options in another order; the token is what names it. */
export function tokenOf(link: string): string {
  const found = /[?&](?:\$|%24)?(skiptoken|deltatoken|token|skip)=([^&]*)/i.exec(link);
  const path = link.replace(/\?.*$/, '').replace(/^https?:\/\/[^/]+/, '');
  return found ? `${path}?${found[1]!.toLowerCase()}=${found[2]}` : link;
}

/** The URL of a request, when it can only be one that an answer gave. */
export function linkOf(url: string): string | undefined {
  return /[?&](?:\$|%24)?(skiptoken|deltatoken|token|skip)=[^&]/i.test(url) ? url : undefined;
}
