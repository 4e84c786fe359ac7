import type { NativeConnection } from '@temporalio/worker';
import { searchAttributeTypes } from '../contract/workflow/names.ts';

/** Numbers of Temporal's IndexedValueType (temporal/api/enums/v1/common.proto). */
const indexedValueTypes = { Keyword: 2, Int: 3 } as const;

/** Registers those of our search attributes that the namespace lacks. */
export async function registerSearchAttributes(connection: NativeConnection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributeTypes).filter(([name]) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return [];
  const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, indexedValueTypes[type]]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  return missing.map(([name]) => name);
}
