import type { Db, Document } from 'mongodb';
import { encodeTime } from 'ulid';
import type { AuditQuery, AuditStore } from './audit-types.ts';
import { collectionsOf } from './collections.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';

/** How much of a ULID is its time (github.com/ulid/spec). */
const ulidTimeLength = 10;
/** A ULID tells times from 1970 on: nothing is older. */
const timeOf = (at: Date): string => encodeTime(Math.max(0, at.getTime()), ulidTimeLength);
const secondsPerDay = 86_400;
const retentionIndex = 'kept';

/** Who did what to which. Nothing here changes or removes an entry that has its outcome; MongoDB removes those that are old. */
export function createAudit(db: Db): AuditStore {
  const { audit } = collectionsOf(db);
  return {
    async add(entry) {
      await audit.insertOne(entry);
    },

    async addOnce(entry) {
      try {
        await audit.insertOne(entry);
        return true;
      } catch (error) {
        if (serverCodeOf(error) === serverCodes.duplicateKey) return false;
        throw error;
      }
    },

    has: async (id) => (await audit.findOne({ _id: id }, { projection: { _id: 1 } })) !== null,

    async finish({ id, status, createdId, subjectIds }) {
      const update = { $set: { status, createdId }, $addToSet: { subjectIds: { $each: subjectIds } } };
      await audit.updateOne({ _id: id, status: null }, update);
    },

    list: async (query) => audit.find(filterOf(query)).sort({ _id: -1 }).limit(query.limit).toArray(),

    async keepFor(days) {
      const expireAfterSeconds = days * secondsPerDay;
      try {
        await audit.createIndex({ at: 1 }, { name: retentionIndex, expireAfterSeconds });
      } catch (error) {
        if (serverCodeOf(error) !== serverCodes.indexOptionsConflict) throw error;
        await db.command({ collMod: audit.collectionName, index: { name: retentionIndex, expireAfterSeconds } });
      }
    },
  };
}

/** Ids begin with their time, so that each index, which ends with the id, narrows by time too. */
function filterOf({ callerId, method, route, subjectId, from, to, after }: AuditQuery): Document {
  const given = { 'caller.id': callerId, method, route, subjectIds: subjectId };
  const bounds = [
    ...(after === null ? [] : [{ _id: { $lt: after } }]),
    ...(from === undefined ? [] : [{ _id: { $gte: timeOf(from) } }]),
    ...(to === undefined ? [] : [{ _id: { $lt: timeOf(to) } }]),
  ];
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(bounds.length === 0 ? {} : { $and: bounds }),
  };
}
