import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSealer, SealError } from './sealer.ts';

const keyOf = (n: number) => Buffer.alloc(32, n).toString('base64');
const secret = 'a-client-secret';

describe('a sealer', () => {
  it('opens what it has sealed, and seals the same differently each time', async () => {
    const sealer = createSealer(`k1:${keyOf(1)}`);
    const [one, two] = await Promise.all([1, 2].map(async () => sealer.seal({ credentialId: 'c', secret })));
    expect(one).not.toBe(two);
    expect(one).not.toContain(secret);
    expect(decodeProtectedHeader(one ?? '')).toMatchObject({ alg: 'A256GCMKW', enc: 'A256GCM', kid: 'k1', 'trawl-credential': 'c' });
    expect(await sealer.unseal({ credentialId: 'c', jwe: one ?? '' })).toBe(secret);
  });

  it('seals with the first key and opens with any, so that keys can be rotated', async () => {
    const before = await createSealer(`old:${keyOf(1)}`).seal({ credentialId: 'c', secret });
    const rotated = createSealer(`new:${keyOf(2)}, old:${keyOf(1)}`);
    expect(await rotated.unseal({ credentialId: 'c', jwe: before })).toBe(secret);
    const after = await rotated.seal({ credentialId: 'c', secret });
    expect(decodeProtectedHeader(after).kid).toBe('new');
    await expect(createSealer(`new:${keyOf(2)}`).unseal({ credentialId: 'c', jwe: before })).rejects.toThrow(
      'sealed with key old, which TRAWL_ENCRYPTION_KEYS does not hold',
    );
  });

  it('refuses a record of another credential, a changed one, and one sealed by a foreign key of the same name', async () => {
    const sealer = createSealer(`k1:${keyOf(1)}`);
    const jwe = await sealer.seal({ credentialId: 'c', secret });
    const parts = jwe.split('.');
    const text = parts[3] ?? '';
    parts[3] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const foreign = await createSealer(`k1:${keyOf(9)}`).seal({ credentialId: 'c', secret });
    await expect(sealer.unseal({ credentialId: 'other', jwe })).rejects.toThrow('belongs to another credential');
    await expect(sealer.unseal({ credentialId: 'c', jwe: parts.join('.') })).rejects.toThrow(SealError);
    await expect(sealer.unseal({ credentialId: 'c', jwe: foreign })).rejects.toThrow(SealError);
    await expect(sealer.unseal({ credentialId: 'c', jwe: 'no jwe' })).rejects.toThrow(SealError);
  });

  it('opens no record of another algorithm, even under its own key', async () => {
    const key = new Uint8Array(Buffer.alloc(32, 1));
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k1', 'trawl-credential': 'c' };
    const jwe = await new CompactEncrypt(new TextEncoder().encode(secret)).setProtectedHeader(header).encrypt(key);
    await expect(createSealer(`k1:${keyOf(1)}`).unseal({ credentialId: 'c', jwe })).rejects.toThrow(SealError);
  });

  it.each([
    ['', 'holds no key'],
    [keyOf(1), 'Key 1 of TRAWL_ENCRYPTION_KEYS has no name'],
    [`k1:${keyOf(1)},k2:c2hvcnQ=`, 'Key 2 of TRAWL_ENCRYPTION_KEYS has 5 bytes instead of 32'],
    [`k1:${keyOf(1)},k1:${keyOf(2)}`, 'Key 2 of TRAWL_ENCRYPTION_KEYS has the name of an earlier one'],
  ])('refuses unusable keys and names the part: %#', (keys, words) => {
    expect(() => createSealer(keys)).toThrow(words);
    expect(() => createSealer(keys)).not.toThrow(keyOf(1));
  });

  it('tells a text again by its fingerprint, also after a rotation, and by no other key', async () => {
    const made = await createSealer(`old:${keyOf(1)}`).fingerprint('a body');
    expect(made).not.toContain('body');
    const rotated = createSealer(`new:${keyOf(2)},old:${keyOf(1)}`);
    expect([await rotated.fits('a body', made), await rotated.fits('another', made)]).toEqual([true, false]);
    expect(await rotated.fingerprint('a body')).toMatch(/^new:/);
    for (const keys of [`new:${keyOf(2)}`, `old:${keyOf(3)}`]) expect(await createSealer(keys).fits('a body', made)).toBe(false);
    expect(await rotated.fits('a body', 'nonsense')).toBe(false);
  });
});
