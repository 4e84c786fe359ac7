/** Bounds of what is kept of a body's links. */
export const linkLimits = { links: 200, characters: 2_048 } as const;

const inText = /\b(?:https?|ftp):\/\/[^\s<>"'\\^`{|}\u00a0]+/gi;
const inAnchor = /^\s*((?:https?|ftp):\/\/\S+)/i;

export interface Links {
  /** Takes an anchor's address. */
  add(address: string): void;
  /** Takes what stands in a text. */
  addFrom(text: string): void;
  found(): { links: string[]; linksTruncated: boolean };
}

/** Gathers the addresses that a body leads to, each once; beyond a bound they are left out, and that is said. */
export function gatherLinks(): Links {
  const links = new Set<string>();
  let truncated = false;
  const keep = (link: string) => {
    if (link.length > linkLimits.characters || (links.size === linkLimits.links && !links.has(link))) truncated = true;
    else links.add(link);
  };
  return {
    add(address) {
      const link = inAnchor.exec(address)?.[1];
      if (link !== undefined) keep(link);
    },
    addFrom(text) {
      if (!text.includes('://')) return;
      for (const [match] of text.matchAll(inText)) {
        // Punctuation behind an address belongs to the sentence; a closing parenthesis to what opened it.
        const link = match.replace(/[.,;:!?]+$/, '');
        keep(link.includes('(') ? link : link.replace(/[)\]]+$/, ''));
      }
    },
    found: () => ({ links: [...links], linksTruncated: truncated }),
  };
}
