import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pageRows } from '../test/support/page-rows.ts';
import { errorClasses, errorRows, findErrorRow } from './errors.ts';

interface PageRow {
  code: string;
  class: string;
  retry: boolean;
  leadsTo: string;
  words: string;
  remedy: string;
}

async function readPage(): Promise<PageRow[]> {
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');
  return pageRows(page).map(([code = '', errorClass = '', retry, leadsTo = '', words = '', remedy = '']) => ({
    code: code.replaceAll('`', ''),
    class: errorClass,
    retry: retry === 'yes',
    leadsTo,
    words,
    remedy,
  }));
}

test('docs/errors.md and the table in code say the same, row by row', async () => {
  const page = await readPage();
  expect(page).toEqual(errorRows.map((row) => ({ ...row })));
});

test('every class and every consequence that rows use is explained on the page', async () => {
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');
  for (const word of [...errorClasses, ...new Set(errorRows.map((row) => row.leadsTo))]) expect(page).toContain(`\n| ${word} |`);
});

test('no code has two rows', () => {
  const codes = errorRows.map((row) => row.code.toLowerCase());
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test('each row tells the operator what it is and what to do', () => {
  const isSentence = (text: string) => /^[A-Z].*[^.]$/.test(text);
  expect(errorRows.filter(({ words, remedy }) => !isSentence(words) || !isSentence(remedy))).toEqual([]);
});

test('only what waits, repeats or blocks may be retried', () => {
  expect(errorRows.filter((row) => row.retry !== ['throttled', 'transient'].includes(row.class))).toEqual([]);
});

test('codes are found without regard to case', () => {
  expect(findErrorRow('SYNCSTATENOTFOUND')).toMatchObject({ code: 'SyncStateNotFound', class: 'resync' });
  expect(findErrorRow('mailboxnotenabledforrestapi', 403)).toMatchObject({ class: 'ineligible', leadsTo: 'mailboxIneligible' });
});

test('a code that the table lacks is transient and keeps its name', () => {
  expect(findErrorRow('ErrorOfTomorrow', 500)).toMatchObject({ code: 'ErrorOfTomorrow', class: 'transient', retry: true });
  expect(findErrorRow('ErrorOfTomorrow').words).toContain('ErrorOfTomorrow');
});

test.each([
  [401, 'unauthorised', 'sourceBlocked'],
  [403, 'forbidden', 'mailboxBlocked'],
  [405, 'badRequest', 'itemSkipped'],
  [410, 'resync', 'streamRestarts'],
  [429, 'throttled', 'waits'],
  [404, 'transient', 'mailboxBlocked'],
  [400, 'transient', 'mailboxBlocked'],
  [503, 'transient', 'mailboxBlocked'],
])('an unknown code with status %i is %s', (status, errorClass, leadsTo) => {
  expect(findErrorRow('ErrorOfTomorrow', status)).toMatchObject({ class: errorClass, leadsTo, code: 'ErrorOfTomorrow' });
});

test('an unknown refusal by Entra blocks the source, its server faults do not', () => {
  expect(findErrorRow('AADSTS123456', 400)).toMatchObject({ class: 'unauthorised', leadsTo: 'sourceBlocked' });
  expect(findErrorRow('AADSTS123456', 503)).toMatchObject({ class: 'transient' });
  expect(findErrorRow('AADSTS123456', 429)).toMatchObject({ class: 'throttled' });
});
