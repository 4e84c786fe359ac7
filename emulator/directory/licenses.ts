import type { User } from '../data/model.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { OWN_READERS, READERS } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { SKUS, skusOf, type Sku } from './skus.ts';
import { readableUser } from './users.ts';

const SKU_READERS = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'LicenseAssignment.Read.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];
const LICENSE_READERS = [...READERS.user, ...OWN_READERS];
const DETAILS = '/users/{user-id}/licenseDetails';

export const licenseRoutes: readonly GraphRoute[] = [
  directoryRoute('/subscribedSkus', { kind: 'subscribedSkus.list', roles: SKU_READERS, handle: listSkus }),
  directoryRoute('/subscribedSkus/{subscribedSku-id}', { kind: 'subscribedSkus.get', roles: SKU_READERS, handle: getSku }),
  directoryRoute(DETAILS, { kind: 'users.licenseDetails', roles: LICENSE_READERS, handle: listDetails }),
  directoryRoute(`${DETAILS}/$count`, {
    ...{ kind: 'users.licenseDetails', roles: LICENSE_READERS },
    handle: (context) => plainCount(skusOf(readableUser(context).value).length),
  }),
  directoryRoute(`${DETAILS}/{licenseDetails-id}`, { kind: 'users.licenseDetails', roles: LICENSE_READERS, handle: getDetails }),
];

const plansOf = (sku: Sku) =>
  sku.plans.map(({ id, name }) => ({ servicePlanId: id, servicePlanName: name, provisioningStatus: 'Success', appliesTo: 'User' }));

/** The id of a licence's details is the user's and the product's in one, in base64. */
function renderDetails(user: User, sku: Sku): Record<string, unknown> {
  const bytes = Buffer.from(`${user.id}${sku.skuId}`.replaceAll('-', ''), 'hex');
  return { id: bytes.toString('base64url'), servicePlans: plansOf(sku), skuId: sku.skuId, skuPartNumber: sku.skuPartNumber };
}

function renderSku({ world }: GraphContext, sku: Sku): Record<string, unknown> {
  const { tenant, directory } = world;
  const consumedUnits = directory.list('user').filter(({ value }) => skusOf(value).includes(sku)).length;
  return {
    ...{
      id: `${tenant.id}_${sku.skuId}`,
      accountId: tenant.id,
      accountName: tenant.name,
      appliesTo: 'User',
      capabilityStatus: 'Enabled',
      consumedUnits,
    },
    prepaidUnits: { enabled: consumedUnits + 25, suspended: 0, warning: 0, lockedOut: 0 },
    ...{ servicePlans: plansOf(sku), skuId: sku.skuId, skuPartNumber: sku.skuPartNumber, subscriptionIds: [] },
  };
}

const SKU_TYPE = {
  name: 'microsoft.graph.subscribedSku',
  properties: [
    ...[
      'id',
      'accountId',
      'accountName',
      'appliesTo',
      'capabilityStatus',
      'consumedUnits',
      'prepaidUnits',
      'servicePlans',
      'skuId',
      'skuPartNumber',
      'subscriptionIds',
    ],
  ],
};
const DETAILS_TYPE = { name: 'microsoft.graph.licenseDetails', properties: ['id', 'servicePlans', 'skuId', 'skuPartNumber'] };

function listSkus(context: GraphContext): Answer {
  const selected = parseSelect(context.request.query.get('$select'), SKU_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, 'subscribedSkus'),
    value: SKUS.map((sku) => project(renderSku(context, sku), selected)),
  });
}

function getSku(context: GraphContext): Answer {
  const id = context.params['subscribedSku-id']!;
  const sku = SKUS.find(({ skuId }) => id.toLowerCase() === `${context.world.tenant.id}_${skuId}`);
  if (!sku) throw DIRECTORY_PROBLEMS.notFound(id);
  const selected = parseSelect(context.request.query.get('$select'), SKU_TYPE);
  return json({ '@odata.context': contextUrl(context.request, 'subscribedSkus/$entity'), ...project(renderSku(context, sku), selected) });
}

function listDetails(context: GraphContext): Answer {
  const { value: user } = readableUser(context);
  const selected = parseSelect(context.request.query.get('$select'), DETAILS_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, `users('${user.id}')/licenseDetails`),
    value: skusOf(user).map((sku) => project(renderDetails(user, sku), selected)),
  });
}

function getDetails(context: GraphContext): Answer {
  const { value: user } = readableUser(context);
  const id = context.params['licenseDetails-id']!;
  const found = skusOf(user)
    .map((sku) => renderDetails(user, sku))
    .find((details) => details['id'] === id);
  if (!found) throw DIRECTORY_PROBLEMS.notFound(id);
  const selected = parseSelect(context.request.query.get('$select'), DETAILS_TYPE);
  return json({ '@odata.context': contextUrl(context.request, `users('${user.id}')/licenseDetails/$entity`), ...project(found, selected) });
}
