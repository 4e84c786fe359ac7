import { graphAddress } from '../address.ts';
import type { Inspector, SampledItem } from '../inspector-types.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem, readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';

type Asked = Pick<Inspector, 'sampleMessage' | 'sampleEvent' | 'probeDrive' | 'probeRootSite' | 'probeSubscriptions'>;

/**
 * What a test of a credential asks of mailboxes, drives and sites. The preview of a body is as well guarded as the body
 * (learn.microsoft.com/graph/permissions-reference, Mail.ReadBasic.All), and a quarter of a kilobyte at most.
 */
export function inspectItems(requests: Requests): Asked {
  const { graphOrigin } = requests;

  const sample =
    (operation: string, collection: 'messages' | 'events') =>
    async ({ userId }: { userId: string }, options: Parameters<Asked['sampleMessage']>[1]): Promise<SampledItem | null> => {
      const url = graphAddress(graphOrigin, ['users', userId, collection], { $select: 'id,bodyPreview', $top: 1 });
      const answer = await requests.getJson({ operation, url, headers: outlookHeaders(), options });
      const [item] = readListPage<{ id: string; bodyPreview?: string | null }>(answer, shapes.message, { operation, graphOrigin }).items;
      return item === undefined ? null : { id: item.id, hasWords: typeof item.bodyPreview === 'string' };
    };

  return {
    sampleMessage: sample('sampleMessage', 'messages'),
    sampleEvent: sample('sampleEvent', 'events'),

    async probeDrive({ userId }, options) {
      const operation = 'probeDrive';
      const url = graphAddress(graphOrigin, ['users', userId, 'drive'], { $select: 'id' });
      readItem(await requests.getJson({ operation, url, options }), shapes.identified, operation);
    },

    async probeRootSite(options) {
      const operation = 'probeRootSite';
      const url = graphAddress(graphOrigin, ['sites', 'root'], { $select: 'id' });
      readItem(await requests.getJson({ operation, url, options }), shapes.identified, operation);
    },

    async probeSubscriptions(options) {
      const operation = 'probeSubscriptions';
      const url = graphAddress(graphOrigin, ['subscriptions']);
      readListPage(await requests.getJson({ operation, url, options }), shapes.identified, { operation, graphOrigin });
    },
  };
}
