import { expect, test, vi } from 'vitest';
import { GraphError } from '../graph/graph-error.ts';
import { attempt } from './attempt.ts';
import { WaitLongerError } from './failures.ts';

const limits = (timeoutMs = 2_000) => ({ timeoutMs, signal: new AbortController().signal, busyCode: 'TrawlMailboxBusy' });
const fault = (code: string, status: number | null) => new GraphError({ operation: 'op', code, status });

test.each([
  ['ErrorAccessDenied', 403, 'refused'],
  ['MailboxNotEnabledForRESTAPI', 404, 'absent'],
  ['itemNotFound', 404, 'absent'],
  ['BadRequest', 400, 'cannotTell'],
])('%s makes it %s %s', async (code, status, outcome) => {
  expect(await attempt(async () => Promise.reject(fault(code, status)), limits())).toMatchObject({ outcome, code });
});

test('a passing fault is met again, and no more than twice', async () => {
  const ask = vi.fn<() => Promise<string>>().mockRejectedValueOnce(fault('TrawlHttp503', 503)).mockResolvedValueOnce('found');
  expect(await attempt(ask, limits())).toEqual({ outcome: 'readable', found: 'found', code: null });
  const failing = vi.fn<() => Promise<never>>().mockRejectedValue(fault('TrawlUnreachable', null));
  expect(await attempt(failing, limits())).toMatchObject({ outcome: 'cannotTell', code: 'TrawlUnreachable' });
  expect(failing).toHaveBeenCalledTimes(3);
});

test('what takes too long ends with the last thing that was heard, or as a time-out', async () => {
  const never = () => new Promise<never>(() => undefined);
  expect(await attempt(never, limits(20))).toMatchObject({ outcome: 'cannotTell', code: 'TrawlTimeout' });
  const thenNever = vi.fn<() => Promise<never>>().mockRejectedValueOnce(fault('TrawlHttp503', 503)).mockImplementation(never);
  expect(await attempt(thenNever, limits(500))).toMatchObject({ outcome: 'cannotTell', code: 'TrawlHttp503' });
});

test('our own limits are told by the code of their kind, our own faults are thrown', async () => {
  expect(await attempt(async () => Promise.reject(new WaitLongerError('busy', 10)), limits())).toMatchObject({ code: 'TrawlMailboxBusy' });
  await expect(attempt(async () => Promise.reject(new TypeError('a fault')), limits())).rejects.toThrow('a fault');
});

test('a token that Graph does not take is told apart', async () => {
  const refusal = attempt(async () => Promise.reject(fault('InvalidAuthenticationToken', 401)), limits());
  expect(await refusal).toMatchObject({ outcome: 'cannotTell', unauthorised: true });
});
