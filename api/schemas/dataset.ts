import { Type, type Static } from 'typebox';
import type { Dataset } from '../../contract/dataset.ts';
import { closed, Id, iso, Timestamp, Warnings, plainText } from './common.ts';
import { datasetIdExample, groupIdExample, timeExample } from './examples.ts';

const Name = plainText(200, 'a name of 1 to 200 characters');
export const GroupIds = Type.Array(
  Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$', description: 'the object id of an Entra security group' }),
  {
    maxItems: 100,
    uniqueItems: true,
    description: 'object ids of the Entra security groups whose members see the documents',
  },
);

export const CreateDataset = Type.Object(
  { name: Name, groupIds: Type.Optional(GroupIds) },
  { ...closed, examples: [{ name: 'Legal hold 2026', groupIds: [groupIdExample] }] },
);

export const ChangeDataset = Type.Object(
  { name: Type.Optional(Name), groupIds: Type.Optional(GroupIds) },
  { ...closed, minProperties: 1, examples: [{ groupIds: [groupIdExample] }] },
);

export const DatasetAnswer = Type.Object(
  {
    id: Id,
    name: Type.String(),
    groupIds: Type.Array(Type.String()),
    warnings: Warnings,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    examples: [
      {
        id: datasetIdExample,
        name: 'Legal hold 2026',
        groupIds: [groupIdExample],
        warnings: [],
        createdAt: timeExample,
        updatedAt: timeExample,
      },
    ],
  },
);
export type DatasetAnswer = Static<typeof DatasetAnswer>;

/** Said wherever a dataset without a group is used. */
export function datasetWarnings(dataset: Pick<Dataset, '_id' | 'groupIds'>): string[] {
  if (dataset.groupIds.length > 0) return [];
  return [
    `Dataset ${dataset._id} has no security group, so nobody sees its documents, admins included. Add one with PATCH /v1/datasets/${dataset._id} {"groupIds": ["…"]}.`,
  ];
}

export function toDatasetAnswer(dataset: Dataset): DatasetAnswer {
  return {
    id: dataset._id,
    name: dataset.name,
    groupIds: dataset.groupIds,
    warnings: datasetWarnings(dataset),
    createdAt: iso(dataset.createdAt),
    updatedAt: iso(dataset.updatedAt),
  };
}
