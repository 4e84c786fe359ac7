const BITS = 160;
const SHIFT = 11;

/** OneDrive for Business's own hash of a file's bytes: learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash. */
export function quickXorHash(bytes: Uint8Array): string {
  const cells = new Uint8Array(BITS / 8);
  for (let index = 0; index < bytes.length; index++) {
    const bit = (index * SHIFT) % BITS;
    const wide = bytes[index]! << (bit & 7);
    cells[bit >> 3]! ^= wide & 0xff;
    cells[((bit >> 3) + 1) % cells.length]! ^= wide >> 8;
  }
  let length = bytes.length;
  for (let at = cells.length - 8; length > 0; at++) {
    cells[at]! ^= length & 0xff;
    length = Math.floor(length / 256);
  }
  return Buffer.from(cells).toString('base64');
}
