import { ulid } from 'ulid';
import type { CredentialTestReport } from '../../contract/credential-test.ts';
import type { TestSubject } from '../../store/types.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { checkEndpoints } from '../endpoints.ts';
import { expiryWarnings } from '../logins/expiry-warnings.ts';
import { neededLogin } from '../logins/given-login.ts';
import { notFound } from '../problem.ts';
import { IdParams } from '../schemas/common.ts';
import { loginWarnings } from '../schemas/credential-body.ts';
import { CredentialTestAnswer, TestCredentialBody, TestDraftBody, toTestAnswer } from '../schemas/credential-test.ts';

const tags = ['credentials'];

const schemas = {
  saved: {
    tags,
    summary: 'Test a saved credential: what it can do, and what an administrator has to do; takes seconds and changes nothing',
    params: IdParams,
    body: TestCredentialBody,
    response: { 200: CredentialTestAnswer },
  },
  draft: {
    tags,
    summary: 'Test an app registration before it is saved; nothing of it is kept',
    body: TestDraftBody,
    response: { 200: CredentialTestAnswer },
  },
};

/** Tests of credentials. A worker speaks to Microsoft; a record in MongoDB carries what no history may hold. */
export function credentialTestRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, temporal, settings } = deps;

  async function run(subject: TestSubject, addresses: readonly string[]): Promise<CredentialTestReport> {
    const id = ulid();
    await store.credentialTests.open({ id, subject, addresses });
    try {
      await temporal.runTest({ testId: id, what: 'testCredential' });
      const test = await store.credentialTests.get(id);
      if (!test?.report) throw new Error(`Test ${id} ended without a report`);
      return test.report;
    } finally {
      // What is left behind goes by itself some minutes later.
      await store.credentialTests.remove(id).catch(() => undefined);
    }
  }

  app.post(
    '/v1/credentials/:id/test',
    {
      schema: schemas.saved,
      // Nothing has to be said.
      preValidation: async (request) => void (request.body ??= {}),
    },
    async (request) => {
      const credential = await store.credentials.get(request.params.id);
      if (credential === null) throw notFound('credential', request.params.id);
      const report = await run({ credentialId: credential._id }, request.body.mailboxes ?? []);
      const { clientId, revision } = credential;
      return toTestAnswer(report, { clientId, revision, warnings: expiryWarnings(credential, settings) });
    },
  );

  app.post('/v1/credentials/test', { schema: schemas.draft }, async (request) => {
    const { cloud, tenantId, clientId, mailboxes = [] } = request.body;
    const login = await neededLogin(request.body, settings);
    const endpoints = checkEndpoints({ cloud, endpoints: request.body.endpoints, allowed: settings.customEndpoints });
    const report = await run({ draft: { cloud, endpoints, tenantId, clientId, login } }, mailboxes);
    return toTestAnswer(report, { clientId, revision: report.revision, warnings: loginWarnings(login) });
  });
}
