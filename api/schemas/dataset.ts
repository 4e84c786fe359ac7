import { Type, type Static } from 'typebox';
import type { Dataset } from '../../contract/dataset.ts';
import { groupIdPattern } from '../../contract/security-group.ts';
import { closed, Id, iso, Timestamp, Warnings, shownText } from './common.ts';
import { datasetIdExample, groupExample, timeExample } from './examples.ts';

const Name = shownText(200, 'a name of 1 to 200 characters');
const GroupId = Type.String({
  pattern: groupIdPattern,
  description: "the object id of an Entra security group, a GUID as the group's Overview page shows it",
});
export const GroupIds = Type.Array(GroupId, {
  maxItems: 100,
  description: 'object ids of the Entra security groups that the holder is in',
});
export const Groups = Type.Array(
  Type.Object({ id: GroupId, displayName: Type.Optional(shownText(256, 'what people call the group, 1 to 256 characters')) }, closed),
  { maxItems: 100, description: 'the Entra security groups whose members see the documents; they are told by their ids alone' },
);

export const CreateDataset = Type.Object(
  { name: Name, groups: Type.Optional(Groups) },
  { ...closed, title: 'CreateDataset', examples: [{ name: 'Legal hold 2026', groups: [groupExample] }] },
);

export const ChangeDataset = Type.Object(
  { name: Type.Optional(Name), groups: Type.Optional(Groups) },
  { ...closed, title: 'ChangeDataset', minProperties: 1, examples: [{ groups: [groupExample] }] },
);

export const DatasetAnswer = Type.Object(
  {
    id: Id,
    name: Type.String(),
    groups: Type.Array(Type.Object({ id: Type.String(), displayName: Type.Optional(Type.String()) })),
    warnings: Warnings,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    title: 'Dataset',
    examples: [
      {
        id: datasetIdExample,
        name: 'Legal hold 2026',
        groups: [groupExample],
        warnings: [],
        createdAt: timeExample,
        updatedAt: timeExample,
      },
    ],
  },
);
export type DatasetAnswer = Static<typeof DatasetAnswer>;

/** Said wherever a dataset without a group is used. */
export function datasetWarnings(dataset: Pick<Dataset, '_id' | 'groups'>): string[] {
  if (dataset.groups.length > 0) return [];
  return [
    `Dataset ${dataset._id} has no security group, so nobody sees its documents, admins included. Add one with PATCH /v1/datasets/${dataset._id} {"groups": [{"id": "…"}]}.`,
  ];
}

export function toDatasetAnswer(dataset: Dataset): DatasetAnswer {
  return {
    id: dataset._id,
    name: dataset.name,
    groups: dataset.groups,
    warnings: datasetWarnings(dataset),
    createdAt: iso(dataset.createdAt),
    updatedAt: iso(dataset.updatedAt),
  };
}
