import { Type, type Static } from 'typebox';
import type { AuditEntry } from '../../contract/audit.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, Id, iso, pageFields, Timestamp } from './common.ts';
import { keyIdExample, requestIdExample, sourceIdExample, timeExample } from './examples.ts';

const auditedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const AuditQuery = Type.Object(
  {
    ...pageFields,
    keyId: Type.Optional(Id),
    method: Type.Optional(Words(auditedMethods)),
    route: Type.Optional(
      Type.String({ pattern: '^/v1/[a-z0-9/:-]{1,100}$', description: 'a route as entries name it, like /v1/sources/:id' }),
    ),
    subjectId: Type.Optional(Type.String({ minLength: 1, maxLength: 1500, description: 'the id of a record that requests concerned' })),
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
  },
  closed,
);

export const AuditAnswer = Type.Object(
  {
    id: Type.String({ description: 'The id of the request, as `x-request-id`, problems and log lines have it' }),
    at: Timestamp,
    caller: Type.Object({ keyId: Type.String(), name: Type.String({ description: 'The name of the key as it was then' }) }),
    method: Type.String(),
    route: Type.String({ description: 'The pattern of the route' }),
    subjectIds: Type.Array(Type.String(), { description: 'Ids of the path, of what was made, and of what else the request concerned' }),
    createdId: Nullable(Type.String()),
    status: Nullable(
      Type.Integer({
        description:
          'Of the answer; null while it is worked on, and for good when MongoDB or the process failed before it was written down',
      }),
    ),
  },
  {
    examples: [
      {
        id: requestIdExample,
        at: timeExample,
        caller: { keyId: keyIdExample, name: 'Discovery team' },
        method: 'POST',
        route: '/v1/sources',
        subjectIds: [sourceIdExample],
        createdId: sourceIdExample,
        status: 201,
      },
    ],
  },
);
export type AuditAnswer = Static<typeof AuditAnswer>;

export function toAuditAnswer(entry: AuditEntry): AuditAnswer {
  const { _id, at, caller, method, route, subjectIds, createdId, status } = entry;
  return { id: _id, at: iso(at), caller: { keyId: caller.keyId, name: caller.name }, method, route, subjectIds, createdId, status };
}
