import { expect, test } from 'vitest';
import { graphRows } from '../contract/error-rows-graph.ts';
import { answerError } from './answer-error.ts';

const mapped = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  answerError({
    operation: 'getMessage',
    status,
    headers: new Headers(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test.each(graphRows.map((row) => [row.code, row.class] as const))('%s is %s, in whatever case', (code, errorClass) => {
  expect(mapped(500, { error: { code, message: 'whatever it says' } })).toMatchObject({
    code,
    class: errorClass,
    status: 500,
    operation: 'getMessage',
  });
  expect(mapped(403, { error: { code: code.toUpperCase(), message: '' } }).class).toBe(errorClass);
});

test('the most detailed known code decides', () => {
  const nested = { error: { code: 'notAllowed', innererror: { code: 'resourceLocked', innererror: { code: 'somethingNew' } } } };
  expect(mapped(423, nested)).toMatchObject({ code: 'resourceLocked', class: 'forbidden' });
});

test('an inner code that only repeats the status changes nothing', () => {
  const body = {
    error: {
      code: 'TooManyRequests',
      innerError: {
        code: '429',
        date: '2020-08-18T12:51:51',
        message: 'Please retry after',
        'request-id': '94fb3b52-452a-4535-a601-69e0a90e3aa2',
        status: '429',
      },
      message: 'Please retry again later.',
    },
  };
  expect(mapped(429, body, { 'Retry-After': '2.128' })).toMatchObject({
    code: 'TooManyRequests',
    class: 'throttled',
    retryAfterMs: 2_128,
    requestId: '94fb3b52-452a-4535-a601-69e0a90e3aa2',
  });
});

test("the answer's request-id is preferred to the one in the body, in either spelling", () => {
  const body = { error: { code: 'generalException', innererror: { requestId: 'from-body' } } };
  expect(mapped(500, body).requestId).toBe('from-body');
  expect(mapped(500, body, { 'request-id': 'from-header' }).requestId).toBe('from-header');
  expect(mapped(500, body, { 'request-id': 'not an id <script>' }).requestId).toBe('from-body');
});

test.each([
  [401, 'TrawlHttp401', 'unauthorised'],
  [403, 'TrawlHttp403', 'forbidden'],
  [404, 'TrawlHttp404', 'transient'],
  [405, 'TrawlHttp405', 'badRequest'],
  [410, 'TrawlHttp410', 'resync'],
  [429, 'TrawlHttp429', 'throttled'],
  [500, 'TrawlHttp500', 'transient'],
  [502, 'TrawlHttp502', 'transient'],
  [503, 'TrawlHttp503', 'transient'],
  [504, 'TrawlHttp504', 'transient'],
  [507, 'TrawlHttp500', 'transient'],
  [418, 'TrawlUnknown', 'transient'],
  [302, 'TrawlRedirected', 'transient'],
])('status %i without a code is %s', (status, code, errorClass) => {
  for (const body of ['', '<html>Bad gateway</html>', '{}', '{"error":"text"}', '[]', '{"error":{"code":null}}']) {
    expect(mapped(status, body)).toMatchObject({ code, class: errorClass, status });
  }
});

test('an HTML page with status 404 never looks like an item that is gone', () => {
  expect(mapped(404, '<html>Not found</html>').class).not.toBe('notFound');
});

test('a code that is no code is not repeated in the message', () => {
  const error = mapped(500, { error: { code: 'anna@contoso.com is not https://known', message: 'canary' } });
  expect(error.code).toBe('TrawlHttp500');
  expect(error.message).toBe('getMessage failed with TrawlHttp500 (HTTP 500)');
});

test('a redirect to an auxiliary mailbox is told from one of an intermediary', () => {
  const auxiliary = { Location: 'https://graph.microsoft.com/v1.0/users/MBX:2b3c@contoso/mailFolders' };
  expect(mapped(308, '', auxiliary)).toMatchObject({ code: 'TrawlAuxiliaryArchive', class: 'badRequest' });
  expect(mapped(308, '', { Location: 'https://proxy.contoso.com/login' }).code).toBe('TrawlRedirected');
  expect(mapped(302, '', auxiliary).code).toBe('TrawlRedirected');
});

test('an endless nest of inner errors is read to a bounded depth', () => {
  let nested: object = { code: 'ErrorItemNotFound' };
  for (let depth = 0; depth < 1_000; depth += 1) nested = { code: 'somethingNew', innerError: nested };
  expect(mapped(404, { error: nested }).code).toBe('somethingNew');
});
