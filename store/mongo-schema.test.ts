import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { Nullable, StoredDate, Words } from '../contract/schema.ts';
import { toMongoSchema, type SchemaNode } from './mongo-schema.ts';

const convert = (schema: object) => toMongoSchema(schema as SchemaNode);

describe('the validator of a contract schema', () => {
  it('names types in the words of BSON', () => {
    const schema = Type.Object({
      name: Type.String({ minLength: 1 }),
      count: Type.Integer({ minimum: 0 }),
      on: Type.Boolean(),
      at: StoredDate,
    });
    expect(convert(schema)).toEqual({
      bsonType: 'object',
      required: ['name', 'count', 'on', 'at'],
      properties: {
        name: { bsonType: 'string', minLength: 1 },
        count: { bsonType: ['int', 'long', 'double'], multipleOf: 1, minimum: 0 },
        on: { bsonType: 'bool' },
        at: { bsonType: 'date' },
      },
    });
  });

  it('drops keywords that MongoDB refuses, and turns constants into choices', () => {
    const schema = Type.Object(
      { kind: Type.Literal('mail'), when: Type.String({ format: 'date-time', default: 'x', examples: ['y'] }) },
      { $id: 'Thing' },
    );
    expect(convert(schema)).toEqual({
      bsonType: 'object',
      required: ['kind', 'when'],
      properties: { kind: { bsonType: 'string', enum: ['mail'] }, when: { bsonType: 'string' } },
    });
  });

  it('keeps unions, maps and lists', () => {
    const schema = Type.Object({
      state: Nullable(Words(['a', 'b'])),
      slots: Type.Record(Type.String(), Type.Object({ n: Type.Integer() })),
      people: Type.Array(Type.String()),
    });
    expect(convert(schema)['properties']).toEqual({
      state: { anyOf: [{ bsonType: 'string', enum: ['a', 'b'] }, { bsonType: 'null' }] },
      slots: {
        bsonType: 'object',
        patternProperties: {
          '^.*$': { bsonType: 'object', required: ['n'], properties: { n: { bsonType: ['int', 'long', 'double'], multipleOf: 1 } } },
        },
      },
      people: { bsonType: 'array', items: { bsonType: 'string' } },
    });
  });

  it('makes one object of an intersection, nested and partial ones included', () => {
    const inner = Type.Intersect([Type.Object({ b: Type.String() }), Type.Partial(Type.Object({ c: Type.String() }))]);
    expect(convert(Type.Intersect([Type.Object({ a: Type.String() }), inner]))).toEqual({
      bsonType: 'object',
      required: ['a', 'b'],
      properties: { a: { bsonType: 'string' }, b: { bsonType: 'string' }, c: { bsonType: 'string' } },
    });
  });

  it('refuses a reference instead of letting everything pass', () => {
    expect(() => convert(Type.Object({ other: Type.Ref('Other') }))).toThrow('must not hold a reference: Other');
  });
});
