import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import { sealedLogin } from './sealed-login.ts';
import { usableSealer, type Sealer } from './sealer.ts';
import type { CredentialTestStore, TestSubject } from './types.ts';

/** Longer than any test takes. MongoDB looks for what has expired once a minute. */
const keptForMs = 5 * 60_000;

/** Tests of credentials under way: what travels between API and worker, so that no history holds it. */
export function createCredentialTests(db: Db, sealer: Sealer | null): CredentialTestStore {
  const { credentialTests } = collectionsOf(db);

  async function toRecord(id: string, subject: TestSubject) {
    if ('credentialId' in subject) return { credentialId: subject.credentialId, draft: null };
    const { login, ...draft } = subject.draft;
    const { expiresAt: _ends, ...stored } = await sealedLogin(login, { ownerId: id, sealer: () => usableSealer(sealer) });
    return { credentialId: null, draft: { ...draft, ...stored } };
  }

  return {
    async open({ id, subject, addresses }) {
      const expiresAt = new Date(Date.now() + keptForMs);
      await credentialTests.insertOne({ _id: id, ...(await toRecord(id, subject)), addresses: [...addresses], report: null, expiresAt });
    },
    get: (id) => credentialTests.findOne({ _id: id }),
    keepReport: async ({ id, report }) => void (await credentialTests.updateOne({ _id: id }, { $set: { report } })),
    remove: async (id) => void (await credentialTests.deleteOne({ _id: id })),
  };
}
