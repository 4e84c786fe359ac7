import type { Organisation } from '../organisation.ts';

interface Keyed {
  mailboxId: string;
  graphId: string;
  kind: string;
  changeKey?: string | null;
  contentHash: string | null;
}

const mostNamed = 5;

/**
 * Messages and events whose change key is another than the truth's, in words. What changed in part alone is left out: such
 * a change comes without a key, and the content's hash is forgotten with it.
 */
export async function staleChangeKeys({ db, tenant }: Organisation, sourceId: string): Promise<string[]> {
  const truth = new Map((await tenant.truth()).map((item) => [`${item.mailboxId} ${item.id}`, item.changeKey]));
  const filter = { sourceId, removal: null, kind: { $in: ['message', 'event'] }, contentHash: { $ne: null } };
  const found: string[] = [];
  for await (const { mailboxId, graphId, kind, changeKey } of db.collection<Keyed>('documents').find(filter)) {
    const should = truth.get(`${mailboxId} ${graphId}`);
    if (should !== undefined && should !== changeKey)
      found.push(`${kind} ${graphId} of ${mailboxId} has ${changeKey}, should have ${should}`);
  }
  return found.length > mostNamed ? [...found.slice(0, mostNamed), `and ${found.length - mostNamed} more`] : found;
}
