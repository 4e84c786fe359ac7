import type { PrivateEventPolicy } from '../contract/policy.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphEvent, ListPage } from '../graph/types.ts';
import type { DocumentWrite, PresentEvent } from '../store/types.ts';
import { exceptionId, mapEvent } from './map-event.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { forget, isPrivate, keptAs } from './private-events.ts';
import { endsLane, retrying } from './retrying.ts';

const yearMs = 365 * 24 * 3_600_000;
const instancesPageSize = 500;

/** Changed occurrences of a year back and two years ahead are kept; the rest is told by the series alone. */
export const exceptionWindow = (now: Date) => ({ from: new Date(now.getTime() - yearMs), to: new Date(now.getTime() + 2 * yearMs) });

export type ReadExceptions = { writes: DocumentWrite[] } | { failed: string };

interface Series {
  masterId: string;
  /** What is stored of the calendar. */
  present: ReadonlyMap<string, PresentEvent>;
}

async function listExceptions(mailbox: MailboxWork, masterId: string): Promise<GraphEvent[]> {
  const { graph, at, signal } = mailbox;
  const found: GraphEvent[] = [];
  const ask = { userId: at.mailboxId, eventId: masterId, ...exceptionWindow(mailbox.gate.now()), pageSize: instancesPageSize };
  let link: string | null = null;
  do {
    signal.throwIfAborted();
    const from: string | null = link;
    const page: ListPage<GraphEvent> = await retrying(() => graph.listInstances({ ...ask, link: from }, callOptions(mailbox)), signal);
    mailbox.counts.pages += 1;
    found.push(...page.items.filter(({ type, originalStart }) => type === 'exception' && typeof originalStart === 'string'));
    link = page.next;
  } while (link !== null);
  return found;
}

/** The occurrence, whole; null when it is an exception no more. */
async function readOne(mailbox: MailboxWork, eventId: string): Promise<GraphEvent | null> {
  const { graph, at, signal } = mailbox;
  try {
    return await retrying(() => graph.getEvent({ userId: at.mailboxId, eventId }, callOptions(mailbox)), signal);
  } catch (error) {
    if (error instanceof GraphError && error.class === 'notFound') return null;
    throw error;
  }
}

function isAsStored(listed: GraphEvent, stored: PresentEvent | undefined, policy: PrivateEventPolicy): boolean {
  const kind = isPrivate(listed.sensitivity);
  if (stored === undefined || !listed.changeKey || stored.changeKey !== listed.changeKey || (kind && policy === 'none')) return false;
  return stored.busyOnly === (kind && policy === 'busyOnly');
}

async function read(mailbox: MailboxWork, { masterId, present }: Series): Promise<DocumentWrite[]> {
  const policy = mailbox.policy.privateEvents;
  const writes: DocumentWrite[] = [];
  const shown = new Set<string>();
  for (const listed of await listExceptions(mailbox, masterId)) {
    mailbox.signal.throwIfAborted();
    const listedId = exceptionId(masterId, listed.originalStart!);
    if (isAsStored(listed, present.get(listedId), policy)) {
      shown.add(listedId);
      continue;
    }
    const event = await readOne(mailbox, listed.id);
    if (event === null) continue;
    const write = mapEvent({ ...event, seriesMasterId: masterId, originalStart: event.originalStart ?? listed.originalStart });
    if (write.graphId !== listedId) continue;
    shown.add(write.graphId);
    const kept = keptAs(write, policy);
    if (kept !== null) writes.push(kept);
    else if (present.has(write.graphId)) writes.push(...forget(write.graphId));
  }
  const { from, to } = exceptionWindow(mailbox.gate.now());
  for (const [graphId, { exceptionOf, startAt }] of present) {
    if (exceptionOf !== masterId || shown.has(graphId)) continue;
    // What lies outside of the window is not listed, and says nothing.
    if (startAt === null || (startAt > from && startAt < to)) writes.push({ op: 'gone', graphId });
  }
  return writes;
}

/** Reads the changed occurrences of a series, and tells which stored ones are no more. A fault concerns this series alone. */
export async function readExceptions(mailbox: MailboxWork, series: Series): Promise<ReadExceptions> {
  try {
    return { writes: await read(mailbox, series) };
  } catch (error) {
    if (endsLane(error)) throw error;
    const { code, class: kind } = error as GraphError;
    // The series has gone meanwhile: its list says so next time.
    return kind === 'notFound' ? { writes: [] } : { failed: code };
  }
}
