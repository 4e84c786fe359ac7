import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './check.ts';
import { firstSourceInput, readCrawlMailboxInput, readCrawlSourceInput, readMailboxReport, readRetryRequest } from './inputs.ts';

const source = firstSourceInput({ sourceId: 's', datasetId: 'd', crawlId: 'c', mode: 'once', priority: 'high' });
const mailbox = { v: 1, sourceId: 's', datasetId: 'd', crawlId: 'c', cycle: 1, mailboxId: 'm', priority: 'low' };

describe('inputs of workflows', () => {
  it('are read as they were written', () => {
    expect(readCrawlSourceInput(structuredClone(source))).toEqual(source);
    expect(readCrawlMailboxInput(structuredClone(mailbox))).toEqual(mailbox);
  });

  it.each([
    [null, 'an object is expected'],
    [[], 'an object is expected'],
    [{ ...source, v: 2 }, 'version 1 is expected, not 2'],
    [{ ...source, sourceId: '' }, 'sourceId must be a text'],
    [{ ...source, cycle: -1 }, 'cycle must be a whole number from 0'],
    [{ ...source, cycle: '1' }, 'cycle must be a whole number from 0'],
    [{ ...source, mode: 'twice' }, 'mode must be one of once, continuous'],
    [{ ...source, inFlight: [1] }, 'inFlight must be a list of texts'],
    [{ ...source, counts: { pages: 0 } }, 'documents must be a whole number from 0'],
    [{ ...source, pausing: 'yes' }, 'pausing must be true or false'],
  ])('are refused with the field and the reason: %#', (value, reason) => {
    expect(() => readCrawlSourceInput(value)).toThrow(InvalidInputError);
    expect(() => readCrawlSourceInput(value)).toThrow(reason);
  });

  it('may lack fields that a later version added', () => {
    const { retries: _retries, pausing: _pausing, ...older } = source;
    expect(readCrawlSourceInput(older)).toMatchObject({ retries: [], pausing: false });
  });

  it('reads what a retry asks for, and nothing else', () => {
    expect(readRetryRequest('blocked')).toEqual({ kind: 'blocked' });
    expect(readRetryRequest({ mailboxId: 'm' })).toEqual({ mailboxId: 'm' });
    for (const wrong of [null, undefined, '', 'all', 7, [], {}, { mailboxId: 7 }, { mailboxId: 'x'.repeat(201) }]) {
      expect(readRetryRequest(wrong)).toBeNull();
    }
    expect(readCrawlSourceInput({ ...source, again: ['skips', 'unknown'] })).toMatchObject({ again: ['skips'] });
  });

  it('refuses a report with an outcome that does not exist', () => {
    expect(() => readMailboxReport({ v: 1, crawlId: 'c', cycle: 1, mailboxId: 'm', outcome: 'fine', counts: {} })).toThrow(
      'outcome must be one of',
    );
  });
});
