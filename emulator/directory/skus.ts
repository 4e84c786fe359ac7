import type { User } from '../data/model.ts';
import { hash32 } from '../data/random.ts';

/** Product and plan ids are Microsoft's: learn.microsoft.com/entra/identity/users/licensing-service-plan-reference. */
export interface Sku {
  readonly skuId: string;
  readonly skuPartNumber: string;
  readonly plans: readonly { readonly id: string; readonly name: string; readonly service: string }[];
}

export const SKUS: readonly Sku[] = [
  {
    skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900',
    skuPartNumber: 'ENTERPRISEPACK',
    plans: [
      { id: 'efb87545-963c-4e0d-99df-69c6916d9eb0', name: 'EXCHANGE_S_ENTERPRISE', service: 'exchange' },
      { id: '5dbe027f-2339-4123-9542-606e4d348a72', name: 'SHAREPOINTENTERPRISE', service: 'SharePoint' },
      { id: '57ff2da0-773e-42df-b2af-ffb7a2317929', name: 'TEAMS1', service: 'TeamspaceAPI' },
    ],
  },
  {
    skuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46',
    skuPartNumber: 'SPB',
    plans: [
      { id: '9aaf7827-d63c-4b61-89c3-182f06f82e5c', name: 'EXCHANGE_S_STANDARD', service: 'exchange' },
      { id: 'c7699d2e-19aa-44de-8edf-1736da088ca1', name: 'SHAREPOINTSTANDARD', service: 'SharePoint' },
      { id: '57ff2da0-773e-42df-b2af-ffb7a2317929', name: 'TEAMS1', service: 'TeamspaceAPI' },
    ],
  },
];

export const LICENSED_SINCE = '2023-01-10T09:00:00Z';

/** Shared mailboxes and rooms need no licence; guests, on-premises and unlicensed users have none here. */
export function skusOf(user: User): readonly Sku[] {
  if (user.class !== 'user' && user.class !== 'linked') return [];
  const given = user.extra?.['assignedLicenses'];
  if (Array.isArray(given)) {
    const ids = given.map((license) => (license as { skuId?: unknown } | null)?.skuId);
    return SKUS.filter(({ skuId }) => ids.includes(skuId));
  }
  return [SKUS[hash32(user.id) % 5 === 0 ? 1 : 0]!];
}
