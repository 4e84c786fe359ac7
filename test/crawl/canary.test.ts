import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { BSON } from 'mongodb';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trustAuthorities } from '../../api/trust-authorities.ts';
import { freePort } from '../../stack/free-ports.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { bytesOf, temporalHoldings, wordsIn } from '../support/canary.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { apiRegistration, signIn } from '../support/sign-in.ts';
import { waitFor } from '../support/wait-for.ts';

/** Words that stand nowhere else, one for each place where something private stands. */
const inMail = {
  subject: 'qzvsubjectkanarie',
  body: 'qzvbodykanarie',
  name: 'qzvnamekanarie',
  attachment: 'qzvattachmentkanarie',
  folder: 'qzvfolderkanarie',
  event: 'qzveventkanarie',
  edited: 'qzveditedkanarie',
};
const address = 'qzvaddresskanarie';
const clientSecrets = ['qzvfirst~secretkanarie', 'qzvsecond~secretkanarie'] as const;
const password = 'qzvpasswordkanarie';
/** How every assertion by certificate begins: `{"alg":"PS256","typ":"JWT","x5t#S256":"`. */
const assertion = Buffer.from('{"alg":"PS256","typ":"JWT","x5t#S256":"').toString('base64url').slice(0, 50);
const certificate = await makeCertificate();
/** Lines of the private key, as PEM has them. */
const keyLines = certificate.keyPem.split('\n').slice(2, 6);
const secrets = [...clientSecrets, password, assertion, ...keyLines];
const private_ = [...Object.values(inMail), address];
const mailbox = `${address}@canary.example`;

function writeOrganisation(folder: string): void {
  const box = join(folder, 'mailboxes', mailbox);
  for (const path of [`Inbox/${inMail.folder}`, 'calendars']) mkdirSync(join(box, path), { recursive: true });
  const tenant = { name: 'Canary', domains: ['canary.example', 'canary.onmicrosoft.com'] };
  const apps = [{ clientId: '5c1f1f0e-6a57-4d6e-9c55-3f6c5b0c9d11', secrets: [clientSecrets[0]] }];
  const users = [{ upn: mailbox, displayName: inMail.name, aliases: [`other.${mailbox}`] }];
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify({ version: 1, tenant, apps, users }));
  const part = `Content-Disposition: attachment; filename="${inMail.attachment}.txt"\n\n${inMail.body} attached\n`;
  const mail = (number: number) =>
    `From: ${inMail.name} <${mailbox}>\nTo: ${mailbox}\nSubject: ${inMail.subject} ${number}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n${inMail.body}\n--b\n${part}--b--\n`;
  for (let number = 0; number < 12; number += 1) {
    writeFileSync(join(box, number % 2 === 0 ? 'Inbox' : `Inbox/${inMail.folder}`, `${number}.eml`), mail(number));
  }
  const event = `BEGIN:VEVENT\nUID:1\nSUMMARY:${inMail.event}\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nEND:VEVENT\n`;
  writeFileSync(join(box, 'calendars', 'Calendar.ics'), `BEGIN:VCALENDAR\nVERSION:2.0\n${event}END:VCALENDAR\n`);
}

const sourceFolder = mkdtempSync(join(tmpdir(), 'trawl-canary-'));
let organisation: Organisation;
let temporal: Client;
let connection: Connection;
let sourceId: string;
let metricsPort: number;
let holdings: Map<string, Buffer>;

const apiId = '9d4c2b1a-3f6e-4c8d-9b7a-1e2f3a4b5c6d';
/** Secrets of the callers: whole keys and tokens, and the part of a token that proves it. */
const callers: { key: string; token: string; signature: string } = { key: '', token: '', signature: '' };

/** Lets people sign in through the emulator's Entra: the API is started again with the settings for it. */
async function openToPeople(): Promise<void> {
  const { tenant, emulator, env, api, credentialId, folder } = organisation;
  const { caFile, tenantId, origin } = emulator.answer;
  trustAuthorities(caFile);
  await tenant.control('PATCH', `/apps/${apiId}`, apiRegistration({ userRoles: { [mailbox]: ['Trawl.Admin'] } }));
  const oidc = { TRAWL_OIDC_TENANT_ID: tenantId, TRAWL_OIDC_CLIENT_ID: apiId, TRAWL_OIDC_AUTHORITY: origin };
  Object.assign(env, { ...oidc, TRAWL_OIDC_GROUPS_CREDENTIAL: credentialId });
  await api.stop();
  await api.start();
  callers.key = readFileSync(join(folder, 'admin-key'), 'utf8').trim();
  callers.token = (await signIn({ authority: origin, tenantId, clientId: apiId, user: mailbox })).access_token;
  callers.signature = callers.token.split('.')[2]!;
}

/** Everything that may be asked, by a key and by a person, rightly and wrongly, with private words wherever one fits. */
async function askEverything(): Promise<void> {
  const [document] = await organisation.db.collection<{ _id: string }>('documents').find({ kind: 'message' }).limit(1).toArray();
  const id = encodeURIComponent(document!._id);
  const words = [inMail.subject, mailbox, clientSecrets[1]];
  const ask = async (key: string, method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': ulid() };
    const answer = await fetch(`${organisation.api.answer}${path}`, {
      ...{ method, headers, redirect: 'manual' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  for (const key of [callers.key, callers.token, `${callers.token}x`, `${callers.key}x`]) {
    for (const part of ['', '/open', '/mime']) await ask(key, 'GET', `/v1/documents/${id}${part}`);
    for (const word of words) {
      const told = encodeURIComponent(word);
      for (const path of [`documents?q=${told}`, `documents/${told}`, `sources/${told}`, `audit?route=${told}`, `${told}`])
        await ask(key, 'GET', `/v1/${path}`);
      for (const path of ['datasets', 'sources', 'api-keys', 'credentials', 'credentials/test'])
        await ask(key, 'POST', `/v1/${path}`, { [word]: word });
      await ask(key, 'DELETE', `/v1/api-keys/${told}`);
    }
  }
  expect(await ask(callers.token, 'POST', `/v1/credentials/${organisation.credentialId}/test`, { mailboxes: [mailbox] })).toBe(200);
}

/** Changes over to a certificate whose key has a password, and tests it, as a draft too; then no token of before is good. */
async function signInByCertificate(): Promise<void> {
  const { tenant, client, credentialId, emulator } = organisation;
  const { origin, tenantId, clientId } = emulator.answer;
  const key = certificate.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password }) as string;
  const login = { certificate: { pem: `${key}${certificate.pem}`, password } };
  await tenant.control('PATCH', `/apps/${clientId}`, { secrets: [], certificates: [certificate.pem] });
  await client.call('PATCH', `/v1/credentials/${credentialId}`, login);
  const draft = { cloud: 'custom', endpoints: { authority: origin, graph: origin }, tenantId, clientId, ...login };
  for (const [path, body] of [
    ['test', draft],
    [`${credentialId}/test`, {}],
  ] as const)
    expect(await client.call('POST', `/v1/credentials/${path}`, body)).toMatchObject({ signedIn: true });
}

/** Crawls, edits, meets faults, refuses the credential, mends it, and stops: all that may make a process speak. */
async function liveThrough(): Promise<void> {
  const { tenant, client, credentialId, emulator } = organisation;
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  const crawlId = await organisation.crawl(sourceId);
  await organisation.untilCycle(crawlId, 1);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  const [message] = (await tenant.truth()).filter((item) => item.kind === 'message');
  await tenant.control('PATCH', `/mailboxes/${mailbox}/messages/${message!.id}`, { subject: inMail.edited });
  await tenant.fault({
    match: { path: 'messages/delta' },
    answer: { status: 500, code: 'ErrorInternalServerError', message: inMail.body },
    count: 1,
  });
  await tenant.fault({ match: { path: 'messages/delta' }, answer: { truncateAtBytes: 700 }, count: 1 });
  await organisation.command(sourceId, 'run-now');
  await organisation.untilCycle(crawlId, 2);
  await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, { secrets: [clientSecrets[1]] });
  await tenant.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
  await organisation.command(sourceId, 'run-now');
  await organisation.untilState(sourceId, 'blocked');
  await client.call('PUT', `/v1/credentials/${credentialId}/secret`, { secret: clientSecrets[1] });
  await organisation.untilCycle(crawlId, 3);
  // Assertions are made by the worker's clock.
  await tenant.control('POST', '/clock', { offsetMs: 0 });
  await signInByCertificate();
  await organisation.command(sourceId, 'run-now');
  await organisation.untilCycle(crawlId, 4);
  await organisation.command(sourceId, 'stop');
  await organisation.untilState(sourceId, 'stopped');
}

beforeAll(async () => {
  writeOrganisation(sourceFolder);
  metricsPort = await freePort();
  organisation = await startOrganisation({ tenant: { folder: sourceFolder }, settings: { TRAWL_METRICS_PORT: String(metricsPort) } });
  connection = await Connection.connect({ address: organisation.temporal.answer });
  temporal = new Client({ connection });
  await openToPeople();
  await liveThrough();
  await askEverything();
  holdings = await temporalHoldings(temporal);
  // Three cycles, a refused credential, an API started again and a few hundred requests.
}, 240_000);
afterAll(async () => {
  await connection?.close();
  await organisation?.stop();
  rmSync(sourceFolder, { recursive: true, force: true });
});

const sealingKey = () => organisation.env['TRAWL_ENCRYPTION_KEYS']!.split(':')[1]!;
const noneIn = (bytes: Buffer, what: string) =>
  expect(wordsIn(bytes, [...private_, ...secrets, ...Object.values(callers), sealingKey()]), what).toEqual([]);

describe('subjects, texts, names, addresses, file names and secrets', () => {
  test('were crawled, so that they could have been told', async () => {
    const documents = await organisation.db.collection('documents').find().toArray();
    expect(wordsIn(bytesOf(documents), Object.values(inMail)).toSorted()).toEqual(Object.values(inMail).toSorted());
    expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  });

  test('are in no history, memo, search attribute or summary of any workflow', () => {
    expect(holdings.size).toBeGreaterThan(4);
    for (const [name, bytes] of holdings) noneIn(bytes, name);
  });

  test('are in no file of Temporal', () => {
    const files = readdirSync(organisation.folder).filter((name) => name.startsWith('temporal.db'));
    expect(files).toContain('temporal.db');
    for (const file of files) noneIn(readFileSync(join(organisation.folder, file)), file);
  });

  test('are in no line that the API, the worker or Temporal has said', () => {
    for (const { name, lines } of [organisation.api, organisation.worker, organisation.temporal]) {
      noneIn(Buffer.from(lines.join('\n')), name);
      if (name !== 'temporal') expect(lines.length).toBeGreaterThan(2);
    }
  });

  test('are in no metrics', async () => {
    const api = await (await fetch(`${organisation.api.answer}/metrics`)).text();
    expect(api).toContain('trawl_api_request_seconds');
    noneIn(Buffer.from(api), 'metrics of the API');
    const worker = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(worker).toContain('trawl_graph_requests');
    noneIn(Buffer.from(worker), 'metrics of the worker');
  });
});

describe('answers of the API', () => {
  const ask = async (path: string) => bytesOf(await organisation.client.call('GET', path));

  test('about crawls tell nothing of mails; mailboxes are named by address alone', async () => {
    const { crawlId } = await organisation.source(sourceId);
    const paths = ['sources', `sources/${sourceId}/crawls`, `crawls/${crawlId}`, 'credentials', 'datasets'];
    for (const path of paths) noneIn(await ask(`/v1/${path}`), path);
    // A source tells of its last test, which names the mailboxes that it tried.
    for (const path of [`sources/${sourceId}`, `sources/${sourceId}/skips`, `sources/${sourceId}/mailboxes`]) {
      const words = wordsIn(await ask(`/v1/${path}`), [...private_, ...secrets]);
      expect(words.filter((word) => word !== address && word !== inMail.name)).toEqual([]);
    }
  });

  test('about who did what, and the entries of it, tell ids alone', async () => {
    const entries = await organisation.db.collection('audit').find().toArray();
    expect(entries.some(({ caller }) => caller.kind === 'user')).toBe(true);
    expect(entries.some(({ route }) => route === '/v1/documents/:id')).toBe(true);
    noneIn(bytesOf(entries), 'audit entries');
    noneIn(await ask('/v1/audit?limit=200'), '/v1/audit');
    for (const name of ['idempotency', 'apiKeys', 'callerGroups', 'credentialTests', 'budgets', 'marks']) {
      noneIn(Buffer.from(BSON.EJSON.stringify(await organisation.db.collection(name).find().toArray())), name);
    }
  });

  test('in the OpenAPI document, its page and health hold nothing that is real', async () => {
    for (const path of ['/docs/json', '/docs/yaml', '/docs/', '/health/ready']) {
      noneIn(Buffer.from(await (await fetch(`${organisation.api.answer}${path}`)).text()), path);
    }
  });

  test('about documents hold no secret; neither does anything that is stored', async () => {
    expect(wordsIn(await ask(`/v1/documents?q=${inMail.body}`), [inMail.body, ...secrets])).toEqual([inMail.body]);
    for (const { name } of await organisation.db.listCollections().toArray()) {
      const records = await organisation.db.collection(name).find().toArray();
      expect(wordsIn(Buffer.from(BSON.EJSON.stringify(records)), secrets), name).toEqual([]);
    }
  });

  test('that refuse do not repeat what was wrong', async () => {
    const { url, key } = { url: organisation.api.answer, key: readFileSync(organisation.env['TRAWL_FIRST_KEY_FILE']!, 'utf8').trim() };
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const app = { name: 'x', tenantId: 't', clientId: 'c' };
    const ofCertificates = [
      { pem: certificate.keyPem, password },
      { pfx: Buffer.from(keyLines[0]!).toString('base64'), password },
    ];
    const bodies = [
      ...ofCertificates.map((given) => JSON.stringify({ ...app, certificate: given })),
      JSON.stringify({ ...app, secret: password, certificate: ofCertificates[0] }),
      ...[
        JSON.stringify({ name: 'x', secret: clientSecrets[0] }),
        `{"secret": "${clientSecrets[0]}",`,
        JSON.stringify({ [clientSecrets[0]]: 1 }),
      ],
    ];
    for (const body of bodies) {
      const answer = await fetch(`${url}/v1/credentials`, { method: 'POST', headers, body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(wordsIn(Buffer.from(await answer.text()), secrets)).toEqual([]);
    }
    expect(wordsIn(Buffer.from(organisation.api.lines.join('\n')), secrets)).toEqual([]);
  });
});

test('a word that is told to Temporal would be found', async () => {
  const leak = {
    taskQueue: 'nobody',
    workflowId: 'leak',
    args: [{ deep: [Buffer.from(inMail.body).toString('base64')] }],
    memo: { address },
  };
  const handle = await temporal.workflow.start('leak', leak);
  const found = await waitFor('the leak to be listed', async () => {
    const all = await temporalHoldings(temporal);
    return [...all].find(([name]) => name.startsWith('leak '))?.[1];
  });
  expect(wordsIn(found, private_).toSorted()).toEqual([address, inMail.body].toSorted());
  await handle.terminate();
});
