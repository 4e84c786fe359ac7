import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encryptionKeysOf, openDataDir, sampleOf } from './data-dir.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trawl-data-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = (over: { env?: Record<string, string>; reset?: boolean } = {}) => openDataDir({ env: {}, reset: false, root, ...over });

test('a second start says which process holds the folder, with exit code 2', () => {
  const first = open();
  expect(() => open()).toThrow(new RegExp(`in use by process ${process.pid}.*TRAWL_DATA_DIR`));
  expect(() => open()).toThrow(expect.objectContaining({ exitCode: 2 }));
  first.release();
  open().release();
});

test('TRAWL_DATA_DIR names another folder', () => {
  expect(open({ env: { TRAWL_DATA_DIR: 'elsewhere' } }).path).toBe(join(root, 'elsewhere'));
});

test('a folder that cannot be made is said, with exit code 2', () => {
  writeFileSync(join(root, 'file'), '');
  const opening = () => open({ env: { TRAWL_DATA_DIR: 'file/below' } });
  expect(opening).toThrow(/cannot be used: .*Remedy/);
  expect(opening).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('reset empties the folder and keeps the lock', () => {
  const first = open();
  first.write('ports.json', { api: 1 });
  first.release();
  const second = open({ reset: true });
  expect(second.read('ports.json')).toBeNull();
  expect(() => open()).toThrow(/in use/);
});

test('reset does not touch a folder that another process holds', () => {
  const first = open();
  first.write('ports.json', { api: 1 });
  expect(() => open({ reset: true })).toThrow(/in use/);
  expect(existsSync(first.file('ports.json'))).toBe(true);
});

test('encryption keys are made once, readable by their owner alone', () => {
  const dataDir = open();
  const keys = encryptionKeysOf(dataDir, {});
  expect(keys).toMatch(/^k1:[A-Za-z0-9+/]{43}=$/);
  expect(encryptionKeysOf(dataDir, {})).toBe(keys);
  expect(statSync(dataDir.file('encryption-keys')).mode & 0o777).toBe(0o600);
  expect(encryptionKeysOf(dataDir, { TRAWL_ENCRYPTION_KEYS: 'mine' })).toBe('mine');
});

test('the sample stays the same until the folder is reset', () => {
  const dataDir = open();
  const asked = { kind: 'seed', users: 3, messages: 50 } as const;
  expect(sampleOf(dataDir, asked)).toEqual(asked);
  expect(sampleOf(dataDir, null)).toEqual(asked);
  expect(() => sampleOf(dataDir, { ...asked, users: 4 })).toThrow(/holds a sample of 3 users and 50 messages.*--reset/);
});
