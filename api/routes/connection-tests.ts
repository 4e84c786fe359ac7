import type { TestedSource, TestPurpose } from '../../contract/connection-test-record.ts';
import type { Credential } from '../../contract/credential.ts';
import { estimate } from '../../contract/estimate.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { notFound } from '../problem.ts';
import { defaultPageSize, IdParams, keyPage, PageOf, toPage } from '../schemas/common.ts';
import {
  ConnectionTestAnswer,
  PreviewAnswer,
  PreviewedMailboxAnswer,
  PreviewParams,
  PreviewQuery,
  toConnectionTestAnswer,
  toPreviewedMailbox,
} from '../schemas/connection-test.ts';
import { TestSource } from '../schemas/source.ts';
import { toDraft } from '../source-draft.ts';
import { testConnection, type TestedConnection } from '../test-connection.ts';

const tags = ['sources'];

const schemas = {
  testDraft: {
    tags,
    summary: 'Test the connection of a source before it is made; nothing of it is kept',
    body: TestSource,
    response: { 200: ConnectionTestAnswer },
  },
  test: {
    tags,
    summary: 'Test the connection of a source: whether its scope exists and can be read; the report is kept with it',
    params: IdParams,
    response: { 200: ConnectionTestAnswer },
  },
  previewDraft: {
    tags,
    summary: 'Preview a source before it is made: its mailboxes, and what a first cycle would cost; kept for an hour',
    body: TestSource,
    response: { 200: PreviewAnswer },
  },
  preview: {
    tags,
    summary: 'Preview a source: its mailboxes, and what a first cycle would cost; kept for an hour',
    params: IdParams,
    response: { 200: PreviewAnswer },
  },
  mailboxes: {
    tags,
    summary: 'Mailboxes of a preview, page by page',
    params: PreviewParams,
    querystring: PreviewQuery,
    response: { 200: PageOf(PreviewedMailboxAnswer) },
  },
};

interface Subject {
  sourceId: string | null;
  scopeRevision: number;
  credential: Credential;
  tested: TestedSource;
}

/** Tests and previews of sources, saved ones and drafts. A worker speaks to Microsoft; MongoDB carries what no history may hold. */
export function connectionTestRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store } = deps;

  async function saved(id: string): Promise<Subject> {
    const source = await store.sources.get(id);
    const credential = source === null ? null : await store.credentials.get(source.credentialId);
    if (source === null || credential === null) throw notFound('source', id);
    const { credentialId, scope, narrowing, policy, scopeRevision } = source;
    return { sourceId: id, scopeRevision, credential, tested: { credentialId, scope, narrowing, policy } };
  }

  async function draft(body: Parameters<typeof toDraft>[1]): Promise<Subject> {
    return { sourceId: null, scopeRevision: 1, ...(await toDraft(store, body)) };
  }

  const run = (purpose: TestPurpose, { sourceId, scopeRevision, tested }: Subject) =>
    testConnection(deps, { purpose, sourceId, scopeRevision, tested });

  const present = ({ report }: TestedConnection, { credential, scopeRevision }: Subject) =>
    toConnectionTestAnswer(report, { clientId: credential.clientId, credentialRevision: credential.revision, scopeRevision });

  async function mailboxes(id: string, query: { after?: string; limit?: number }) {
    const page = keyPage(query);
    const rows = await store.connectionTests.listMailboxes({ id, ...page });
    return toPage({ rows: rows.map((row) => ({ ...row, _id: row.mailboxId })), page }, toPreviewedMailbox);
  }

  async function preview(subject: Subject) {
    const done = await run('preview', subject);
    const { id, expiresAt, report } = done;
    return {
      ...{ id, expiresAt: expiresAt.toISOString(), test: present(done, subject) },
      ...{ estimate: estimate(report, subject.tested.policy), mailboxes: await mailboxes(id, { limit: defaultPageSize }) },
    };
  }

  app.post('/v1/sources/test', { schema: schemas.testDraft }, async (request) => {
    const subject = await draft(request.body);
    return present(await run('test', subject), subject);
  });

  app.post('/v1/sources/:id/test', { schema: schemas.test }, async (request) => {
    const subject = await saved(request.params.id);
    return present(await run('test', subject), subject);
  });

  app.post('/v1/sources/preview', { schema: schemas.previewDraft }, async (request) => preview(await draft(request.body)));

  app.post('/v1/sources/:id/preview', { schema: schemas.preview }, async (request) => preview(await saved(request.params.id)));

  app.get('/v1/previews/:id/mailboxes', { schema: schemas.mailboxes }, async (request) => {
    const { id } = request.params;
    const test = await store.connectionTests.get(id);
    if (test?.purpose !== 'preview') throw notFound('preview', id);
    return mailboxes(id, request.query);
  });
}
