/** S-1-12-1 and the four parts of the object id, as Entra makes them: learn.microsoft.com/graph/api/resources/group. */
export function securityIdentifier(id: string): string {
  const hex = id.replaceAll('-', '');
  const bytes = Buffer.from(
    `${hex.slice(6, 8)}${hex.slice(4, 6)}${hex.slice(2, 4)}${hex.slice(0, 2)}${hex.slice(10, 12)}${hex.slice(8, 10)}${hex.slice(14, 16)}${hex.slice(12, 14)}${hex.slice(16)}`,
    'hex',
  );
  return `S-1-12-1-${[0, 4, 8, 12].map((at) => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0)).join('-')}`;
}
