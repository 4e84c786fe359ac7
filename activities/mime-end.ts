const headBytes = 64 * 1024;
const tailBytes = 8 * 1024;

/** The boundary of a multipart message's outermost part (RFC 2046, section 5.1.1); null for any other, or when it is not found. */
function boundaryOf(head: string): string | null {
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  const unfolded = head.slice(0, end).replaceAll(/\r?\n[ \t]+/g, ' ');
  const type = /^content-type:\s*multipart\/([^\n]*)/im.exec(unfolded)?.[1] ?? '';
  const found = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type);
  return found?.[1] ?? found?.[2] ?? null;
}

/**
 * Watches a MIME form as it passes, since Exchange can break off what is large and say nothing
 * (github.com/microsoftgraph/microsoft-graph-docs/issues/18439): one in parts ends with its boundary.
 */
export function watchMimeEnd() {
  let head = '';
  let tail = Buffer.alloc(0);
  return {
    add(chunk: Uint8Array): void {
      if (head.length < headBytes)
        head += Buffer.from(chunk)
          .toString('latin1')
          .slice(0, headBytes - head.length);
      const last = Buffer.from(chunk.length > tailBytes ? chunk.subarray(chunk.length - tailBytes) : chunk);
      tail = Buffer.concat([tail, last]);
      if (tail.length > tailBytes) tail = tail.subarray(tail.length - tailBytes);
    },
    isWhole(): boolean {
      const boundary = boundaryOf(head);
      return boundary === null || tail.includes(`--${boundary}--`, 0, 'latin1');
    },
  };
}
