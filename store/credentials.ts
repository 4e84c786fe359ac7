import type { Db } from 'mongodb';
import type { Credential } from '../contract/credential.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import { underRevisions } from './revisions.ts';
import { usableSealer, type Sealer } from './sealer.ts';
import type { CredentialStore } from './types.ts';

/** App registrations, their secrets sealed. `sealer` is null where no keys are set: then nothing can be sealed or opened. */
export function createCredentials(db: Db, sealer: Sealer | null): CredentialStore {
  const { credentials } = collectionsOf(db);
  const usable = () => usableSealer(sealer);

  return {
    async create({ secret, ...given }) {
      const sealedSecret = await usable().seal({ credentialId: given._id, secret });
      const credential = { ...given, sealedSecret, revision: 1, recordRevision: 1 };
      await credentials.insertOne(credential);
      return credential;
    },

    get: async (id) => credentials.findOne({ _id: id }),
    list: async ({ after, limit }) => credentials.find(afterKey(after)).sort({ _id: 1 }).limit(limit).toArray(),

    async update(id, { secret, ...given }, under) {
      const { name, tenantId, clientId, endpoints } = given;
      const changes = Object.fromEntries(
        Object.entries({ name, tenantId, clientId, endpoints }).filter(([, value]) => value !== undefined),
      );
      const sealed = secret === undefined ? {} : { sealedSecret: await usable().seal({ credentialId: id, secret }) };
      // Whatever a token depends on: processes must drop the clients that they have made with it.
      const isNewLogin = secret !== undefined || tenantId !== undefined || clientId !== undefined || endpoints !== undefined;
      const update = { $set: { ...changes, ...sealed, updatedAt: new Date() }, $inc: { revision: isNewLogin ? 1 : 0, recordRevision: 1 } };
      return credentials.findOneAndUpdate({ _id: id, ...underRevisions<Credential>(under) }, update, { returnDocument: 'after' });
    },

    keepTest: async (id, lastTest) => void (await credentials.updateOne({ _id: id }, { $set: { lastTest } })),

    unseal: async (credential) => usable().unseal({ credentialId: credential._id, jwe: credential.sealedSecret }),
  };
}
