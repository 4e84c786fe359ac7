import { Type, type Static, type TSchema } from 'typebox';

/**
 * Pieces for the schemas of stored records. A record's schema gives its TypeScript type, its MongoDB validator
 * (store/mongo-schema.ts) and, with dates as RFC 3339 texts, the shapes of the API.
 */

/** A point in time: a BSON date in MongoDB, an RFC 3339 text over HTTP. */
export const StoredDate = Type.Unsafe<Date>({ bsonType: 'date' });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of some words. A flat `enum` instead of a union of constants, so that errors name the choices once. */
export const Words = <const T extends readonly string[]>(words: T) => Type.Unsafe<T[number]>({ type: 'string', enum: [...words] });

/** A person as mail shows one. */
export const Person = Type.Object({ name: Nullable(Type.String()), address: Nullable(Type.String()) });
export type Person = Static<typeof Person>;
