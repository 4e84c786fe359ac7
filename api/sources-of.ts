import type { Source } from '../contract/source.ts';
import type { ApiStore } from './deps.ts';

const pageSize = 200;

/** All sources that use a credential. */
export async function sourcesOfCredential({ sources }: Pick<ApiStore, 'sources'>, credentialId: string): Promise<Source[]> {
  const found: Source[] = [];
  for (;;) {
    const page: Source[] = await sources.list({ after: found.at(-1)?._id ?? null, limit: pageSize, credentialId });
    found.push(...page);
    if (page.length < pageSize) return found;
  }
}
