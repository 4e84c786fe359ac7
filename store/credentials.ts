import type { Db } from 'mongodb';
import type { Credential } from '../contract/credential.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import { underRevisions } from './revisions.ts';
import { sealedLogin } from './sealed-login.ts';
import { SealError, usableSealer, type Sealer } from './sealer.ts';
import type { CredentialStore } from './types.ts';

/** App registrations, their logins sealed. `sealer` is null where no keys are set: then nothing can be sealed or opened. */
export function createCredentials(db: Db, sealer: Sealer | null): CredentialStore {
  const { credentials } = collectionsOf(db);
  const usable = () => usableSealer(sealer);

  return {
    async create({ login, ...given }) {
      const stored = await sealedLogin(login, { ownerId: given._id, sealer: usable });
      const credential = { ...given, ...stored, revision: 1, recordRevision: 1 };
      await credentials.insertOne(credential);
      return credential;
    },

    get: async (id) => credentials.findOne({ _id: id }),
    list: async ({ after, limit }) => credentials.find(afterKey(after)).sort({ _id: 1 }).limit(limit).toArray(),
    ending: async () =>
      credentials
        .find({ expiresAt: { $ne: null } })
        .project<Pick<Credential, '_id' | 'kind' | 'expiresAt'>>({ kind: 1, expiresAt: 1 })
        .sort({ _id: 1 })
        .toArray(),

    async update(id, { login, ...given }, under) {
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const stored = login === undefined ? {} : await sealedLogin(login, { ownerId: id, sealer: usable });
      const { tenantId, clientId, endpoints } = given;
      // Whatever a token depends on: processes must drop the tokens that they have got with it.
      const isNewLogin = [login, tenantId, clientId, endpoints].some((part) => part !== undefined);
      const update = { $set: { ...changes, ...stored, updatedAt: new Date() }, $inc: { revision: isNewLogin ? 1 : 0, recordRevision: 1 } };
      return credentials.findOneAndUpdate({ _id: id, ...underRevisions<Credential>(under) }, update, { returnDocument: 'after' });
    },

    keepTest: async (id, lastTest) => void (await credentials.updateOne({ _id: id }, { $set: { lastTest } })),

    async unseal({ _id, sealedSecret }) {
      if (sealedSecret === null) throw new SealError(`Nothing is sealed of credential ${_id}: it signs in by a token file`);
      return usable().unseal({ credentialId: _id, jwe: sealedSecret });
    },
  };
}
