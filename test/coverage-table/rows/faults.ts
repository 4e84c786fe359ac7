import type { CoverageRow } from '../coverage-row.ts';

const inCrawl = 'test/crawl/durable-faults.test.ts';
const inGraph = 'graph/faults.test.ts';

/** Answers that are wrong for a while. */
const passing: readonly CoverageRow[] = [
  {
    area: 'fault',
    what: '429, 500, 503, 504, cut connections, cut pages and cut lists of users that pass cost nothing but time',
    test: { file: inCrawl, name: 'faults that pass cost nothing but time: every one was met, and the crawl ends in the truth' },
    mutation: {
      file: 'contract/error-rows-trawl.ts',
      find: "const network = { class: 'transient', retry: true",
      replace: "const network = { class: 'badRequest', retry: false",
    },
  },
  {
    area: 'fault',
    what: 'Retry-After is obeyed to the fraction',
    test: { file: 'graph/retry-after.test.ts', name: 'Retry-After: 2.128 is 2128 ms' },
    mutation: { file: 'graph/retry-after.ts', find: 'Math.ceil(Number(value) * 1000)', replace: 'Math.ceil(Number(value)) * 1000' },
  },
  {
    area: 'fault',
    what: 'A throttled mailbox is left alone as long as Graph asks, while others go on',
    test: { file: inCrawl, name: 'a mailbox is left alone for as long as Retry-After says, while the others go on' },
    mutation: { file: 'activities/mailbox-gate.ts', find: 'while (restMs() > 0) await', replace: 'if (restMs() < 0) await' },
  },
  {
    area: 'fault',
    what: 'A 200 whose JSON ends in the middle asks for smaller pages',
    test: { file: inGraph, name: 'JSON that ends in the middle ("  {") asks for smaller pages' },
    mutation: { file: 'graph/read-body.ts', find: "? 'TrawlTruncatedAnswer' : ", replace: "? 'TrawlUnreadableAnswer' : " },
  },
  {
    area: 'fault',
    what: 'A page of a gateway in the place of an answer is a passing fault',
    test: { file: inGraph, name: 'an answer that never was JSON ("<html>Sign in to the proxy</html>") is transient' },
    mutation: { file: 'graph/read-body.ts', find: ": 'TrawlUnreadableAnswer';", replace: ": 'TrawlTruncatedAnswer';" },
  },
  {
    area: 'fault',
    what: 'A connection that breaks in the middle of an answer is a passing fault',
    test: { file: inGraph, name: 'a connection that breaks in mid-body is transient, however much came' },
    mutation: {
      file: 'graph/read-body.ts',
      find: "stream.on('error', (error) => reject(networkError({ operation, error, deadline }) as Error));",
      replace: "stream.on('error', () => resolve(bytes));",
    },
  },
  {
    area: 'fault',
    what: 'A server that never answers is given up in time',
    test: { file: inGraph, name: 'a server that never answers is a timeout, and loses its connection' },
    mutation: { file: 'graph/deadline.ts', find: '        isExpired = true;\n', replace: '' },
  },
  {
    area: 'fault',
    what: 'A valid token that Graph refuses for a moment is replaced',
    test: { file: 'graph/tokens.test.ts', name: 'a token that Graph refuses for a moment is replaced once' },
    mutation: {
      file: 'graph/chain/authenticate.ts',
      find: 'if (response.status !== 401) return;',
      replace: 'if (response.status > 0) return;',
    },
  },
];

/** What is lost or refused while it is read. */
const lasting: readonly CoverageRow[] = [
  {
    area: 'fault',
    what: 'A delta chain that Graph has forgotten (410) is read anew',
    test: { file: inCrawl, name: 'a delta chain that Graph has forgotten in its middle is read anew as another generation' },
    mutation: { file: 'store/streams.ts', find: '$inc: { generation: 1, sequence: 1 } };', replace: '$inc: { sequence: 1 } };' },
  },
  {
    area: 'fault',
    what: 'Attachments that Exchange cannot give are a skip, and all else is crawled',
    test: { file: inCrawl, name: 'attachments that Exchange cannot give become a skip that says why; all else is crawled' },
    mutation: { file: 'store/attachments.ts', find: 'const givenUp = tries >= maxTries;', replace: 'const givenUp = false;' },
  },
  {
    area: 'fault',
    what: 'A skip of attachments goes with the message that is deleted',
    test: {
      file: 'test/store/attachments.test.ts',
      name: 'attachments that are due that were given up are a skip no more when the message is deleted',
    },
    mutation: { file: 'store/removals.ts', find: 'attachmentsSkipId(_id), mimeSkipId(_id)] }', replace: 'mimeSkipId(_id)] }' },
  },
  {
    area: 'fault',
    what: 'A folder that vanishes while it is read ends its stream',
    test: { file: inCrawl, name: 'a folder that is deleted while it is read ends its stream, and nothing of it stays' },
    mutation: { file: 'activities/end-folder-if-gone.ts', find: "error.class !== 'notFound'", replace: "error.class === 'notFound'" },
  },
  {
    area: 'fault',
    what: 'A mailbox that vanishes or refuses is told so alone, and read when it can be',
    test: {
      file: inCrawl,
      name: 'a mailbox that is not there is ineligible, one that refuses the app is blocked; read again once they can be, nothing is missing',
    },
    mutation: {
      file: 'activities/prepare-mailbox.ts',
      find: 'if (closing === null) throw error;',
      replace: 'if (closing !== undefined) throw error;',
    },
  },
  {
    area: 'fault',
    what: 'A secret that was replaced in mid-crawl blocks the source, and a new one lets it go on',
    test: {
      file: 'test/crawl/durable-credential.test.ts',
      name: 'a secret that was replaced blocks the source with AADSTS7000215; a new one lets it go on by itself',
    },
    mutation: { file: 'activities/failures.ts', find: "if (error.class === 'unauthorised')", replace: "if (error.code === 'never')" },
  },
  {
    area: 'fault',
    what: 'Where nothing can be read, no attachment is to blame',
    test: { file: inCrawl, name: 'attachments that cannot be read since nothing can be are not to blame, and are read when they can be' },
    mutation: { file: 'activities/concerns-all.ts', find: '    () => true,\n', replace: '    () => false,\n' },
  },
  {
    area: 'fault',
    what: 'Consent that is withdrawn in mid-crawl gives up no mailbox, and the crawl goes on when it is given back',
    test: {
      file: 'test/crawl/durable-credential.test.ts',
      name: 'consent that is withdrawn blocks the source; given back, the crawl goes on from where it was',
    },
    mutation: { file: 'activities/consent.ts', find: '        if (isForbidden(error)) {\n', replace: "        if (error === 'never') {\n" },
  },
];

const retry = "maximumInterval: '1m', nonRetryableErrorTypes";
const onceOnly = {
  file: 'workflows/proxies.ts',
  find: retry,
  replace: `maximumInterval: '1m', maximumAttempts: 1, nonRetryableErrorTypes`,
};

/** Processes that are killed. */
const killed: readonly CoverageRow[] = [
  {
    area: 'fault',
    what: 'kill -9 of a worker',
    test: { file: 'test/crawl/durable-worker.test.ts', name: 'a crawl goes on by itself after its worker was killed and started again' },
    mutation: onceOnly,
  },
  {
    area: 'fault',
    what: 'kill -9 of MongoDB',
    test: {
      file: 'test/crawl/durable-servers.test.ts',
      name: 'a crawl goes on by itself after MongoDB was killed and started again on its folder',
    },
    mutation: onceOnly,
  },
  {
    area: 'fault',
    what: 'kill -9 of Temporal, whose histories are on a file',
    test: {
      file: 'test/crawl/durable-servers.test.ts',
      name: 'a crawl goes on by itself after Temporal was killed and started again on its file',
    },
    mutation: { file: 'stack/temporal-server.ts', find: "...(file === undefined ? [] : ['--db-filename', file]),", replace: '' },
  },
  {
    area: 'fault',
    what: 'A host that refuses connections is a passing fault',
    test: { file: inGraph, name: 'a host that refuses connections is transient, and the error does not name it' },
    mutation: { file: 'graph/network-error.ts', find: ": 'TrawlUnreachable';", replace: ": 'ErrorAccessDenied';" },
  },
  {
    area: 'fault',
    what: 'kill -9 of the API between the record of a crawl and its workflow',
    test: {
      file: 'test/api/starting.test.ts',
      name: 'reconciling a record without a workflow gets one again, with the same crawl, going on after its last state',
    },
    mutation: {
      file: 'api/reconcile.ts',
      find: 'sourceStates.filter(isActive);',
      replace: 'sourceStates.filter((state) => state === "draft");',
    },
  },
  {
    area: 'fault',
    what: 'A page and its cursor are stored together or not at all, whenever a process dies',
    test: {
      file: 'test/store/pages.test.ts',
      name: 'a page and its cursor leave nothing behind when the transaction fails, and can be written again',
    },
    mutation: {
      file: 'store/page-writer.ts',
      find: '...(session === undefined ? {} : { session }), returnDocument',
      replace: 'returnDocument',
    },
  },
  {
    area: 'fault',
    what: 'A lane that was given up writes nothing more',
    test: { file: 'test/store/pages.test.ts', name: 'a page and its cursor are not written by a lane whose stream was taken' },
    mutation: {
      file: 'store/page-writer.ts',
      find: '    { _id, lease, sequence },\n    { $set: set,',
      replace: '    { _id, sequence },\n    { $set: set,',
    },
  },
];

export const faultRows: readonly CoverageRow[] = [...passing, ...lasting, ...killed];
