import { expect, test } from 'vitest';
import type { Credential } from '../contract/credential.ts';
import { SealError } from '../store/sealer.ts';
import type { ActivityDeps } from './deps.ts';
import { createReadCallerGroups } from './read-caller-groups.ts';

test.each(['TrawlSecretSealed', 'TrawlKeyVaultUnavailable'] as const)(
  'groups that cannot be asked for since %s are none, and say so by that code',
  async (code) => {
    const kept: object[] = [];
    const store = {
      credentials: { get: async () => ({ _id: 'c', tenantId: 't', clientId: 'a' }) as Credential },
      callerGroups: { keep: async (found: object) => void kept.push(found) },
    };
    const graphFor = async () => {
      throw new SealError('closed', { code });
    };
    const deps = { store, graphFor } as unknown as ActivityDeps;
    await createReadCallerGroups(deps)({ v: 1, userId: 'u', credentialId: 'c' });
    expect(kept).toEqual([{ _id: 'u', credentialId: 'c', readAt: expect.any(Date), groupIds: [], code }]);
  },
);
