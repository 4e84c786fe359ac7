import { Type, type Static } from 'typebox';
import { callerKinds, type AuditEntry } from '../../contract/audit.ts';
import { temporalMethods } from '../temporal-commands.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, iso, pageFields, Timestamp } from './common.ts';
import { keyIdExample, requestIdExample, sourceIdExample, timeExample } from './examples.ts';

const auditedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', ...temporalMethods] as const;

export const AuditQuery = Type.Object(
  {
    ...pageFields,
    callerId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        pattern: '^[A-Za-z0-9-]+$',
        description: 'the id of an API key, the object id of somebody in Entra, or `temporal`',
      }),
    ),
    method: Type.Optional(Words(auditedMethods)),
    route: Type.Optional(
      Type.String({
        pattern: '^(/v1/[a-z0-9/:-]{1,100}|[A-Za-z]{1,60})$',
        description: 'a route as entries name it, like /v1/sources/:id, or an update of Temporal, like pause',
      }),
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
    caller: Type.Object({
      kind: Words(callerKinds),
      id: Type.String({ description: 'Of the API key, or the object id of somebody in Entra' }),
      name: Type.String({
        description: 'The name of the key as it was then; of what was done in Temporal the identity that Temporal was told',
      }),
    }),
    method: Type.String(),
    route: Type.String({ description: 'The pattern of the route; of what was done in Temporal the name of the update or signal' }),
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
    title: 'AuditEntry',
    examples: [
      {
        id: requestIdExample,
        at: timeExample,
        caller: { kind: 'apiKey', id: keyIdExample, name: 'Discovery team' },
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
  return {
    id: _id,
    at: iso(at),
    caller: { kind: caller.kind, id: caller.id, name: caller.name },
    method,
    route,
    subjectIds,
    createdId,
    status,
  };
}
