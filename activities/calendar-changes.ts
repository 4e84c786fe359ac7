import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphEvent } from '../graph/types.ts';
import type { DocumentWrite, PresentEvent, SkipWrite } from '../store/types.ts';
import { proveList, readList, readListPage, type CalendarList } from './calendar-list.ts';
import { concernsAll } from './concerns-all.ts';
import { planCalendar, type CalendarPlan } from './calendar-plan.ts';
import { calendarPages, type CalendarPages } from './calendar-pages.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapEvent } from './map-event.ts';
import { forget, keptAs } from './private-events.ts';
import { readExceptions } from './read-exceptions.ts';
import { retrying } from './retrying.ts';
import type { Walk } from './walk-messages.ts';

const weekMs = 7 * 24 * 3_600_000;
/** Missing events that are looked at singly when no count proves that the list was whole; the rest waits for the next cycle. */
const looksAtMissing = 50;

type ReadEvent = { event: GraphEvent } | { gone: true } | { failed: string };

async function readEvent(mailbox: MailboxWork, eventId: string): Promise<ReadEvent> {
  try {
    const read = () => mailbox.graph.getEvent({ userId: mailbox.at.mailboxId, eventId }, callOptions(mailbox));
    return { event: await retrying(read, mailbox.signal) };
  } catch (error) {
    if (!(error instanceof GraphError) || (await concernsAll(mailbox, error))) throw error;
    const { code, class: kind } = error;
    return kind === 'notFound' ? { gone: true } : { failed: code };
  }
}

/** Events by id: from the list where many are wanted, which costs fewer requests, and the others singly. */
async function* readEvents(
  mailbox: MailboxWork,
  { stream, list, ids }: { stream: Stream; list: CalendarList; ids: readonly string[] },
): AsyncGenerator<[string, ReadEvent]> {
  const wanted = new Set(ids);
  const pages = Math.ceil(list.events.size / mailbox.settings.eventPageSize);
  for (let link: string | null = null, first = true; wanted.size > 4 * pages && (first || link !== null); first = false) {
    const page = await readListPage(mailbox, { stream, link, whole: true });
    mailbox.counts.pages += 1;
    for (const event of page.items) if (wanted.delete(event.id)) yield [event.id, { event }];
    if (page.next === null) break;
    ({ next: link } = page);
  }
  for (const id of wanted) yield [id, await readEvent(mailbox, id)];
}

interface Changes {
  mailbox: MailboxWork;
  plan: CalendarPlan;
  present: ReadonlyMap<string, PresentEvent>;
}

const unreadable = (graphId: string, code: string): SkipWrite => ({ graphId, code, words: 'The event cannot be read' });
const unreadableSeries = (graphId: string, code: string): SkipWrite => ({
  graphId,
  code,
  words: 'The changed occurrences of the series cannot be read',
});
/** A series without a change key differs from its list, so that it is read again in the next cycle. */
const withoutKey = (graphId: string): DocumentWrite => ({
  ...{ op: 'upsert', kind: 'event', graphId, content: { changeKey: null }, lastModifiedAt: null, whole: false, contentHash: null },
});

/** What is to be written of one event, the changed occurrences of a series among it. */
export async function writesOf(
  mailbox: MailboxWork,
  given: { id: string; read: ReadEvent | null; withExceptions: boolean; present: ReadonlyMap<string, PresentEvent> },
): Promise<{ documents: DocumentWrite[]; skips: SkipWrite[] }> {
  const { id, read, withExceptions, present } = given;
  const documents: DocumentWrite[] = [];
  if (read !== null && 'failed' in read) return { documents, skips: [unreadable(id, read.failed)] };
  if (read !== null && 'gone' in read) return { documents: [{ op: 'gone', graphId: id }], skips: [] };
  if (read !== null) {
    const kept = keptAs(mapEvent(read.event), mailbox.policy.privateEvents);
    if (kept === null) return { documents: present.has(id) ? forget(id) : [], skips: [] };
    documents.push(kept);
  }
  if (!withExceptions) return { documents, skips: [] };
  const exceptions = await readExceptions(mailbox, { masterId: id, present });
  if ('failed' in exceptions) return { documents: [...documents, withoutKey(id)], skips: [unreadableSeries(id, exceptions.failed)] };
  return { documents: [...documents, ...exceptions.writes], skips: [] };
}

/** Leaves in the plan what a look at the missing events has confirmed, when no count has proved the list. */
async function lookAtMissing({ mailbox, plan, present }: Changes): Promise<void> {
  const gone: string[] = [];
  const missing = plan.gone.filter((id) => present.get(id)?.exceptionOf === null);
  for (const id of missing.slice(0, looksAtMissing)) if ('gone' in (await readEvent(mailbox, id))) gone.push(id);
  const series = new Set(gone);
  plan.gone = plan.gone.filter((id) => series.has(present.get(id)?.exceptionOf ?? id));
}

async function writeChanges(
  { mailbox, plan, present }: Changes,
  { pages, list, stream }: { pages: CalendarPages; list: CalendarList; stream: Stream },
): Promise<boolean> {
  const masters = new Set(plan.masters);
  for await (const [id, read] of readEvents(mailbox, { stream, list, ids: plan.differing })) {
    mailbox.signal.throwIfAborted();
    const writes = await writesOf(mailbox, { id, read, withExceptions: masters.delete(id), present });
    if (!(await pages.add(writes))) return false;
  }
  for (const id of masters) {
    mailbox.signal.throwIfAborted();
    if (!(await pages.add(await writesOf(mailbox, { id, read: null, withExceptions: true, present })))) return false;
  }
  const gone = plan.gone.map((graphId): DocumentWrite => ({ op: 'gone', graphId }));
  return await pages.add({ documents: [...gone, ...plan.forbidden.flatMap(forget)], skips: [] });
}

/**
 * Later readings: the list of ids is held against what is stored, and only what differs is read. What is missing from the list
 * has gone only when Graph's count says that the list is whole, or a look at each says so.
 */
export async function readCalendarChanges(mailbox: MailboxWork, { stream, pass }: { stream: Stream; pass: number }): Promise<Walk> {
  const { store, at, policy } = mailbox;
  const now = mailbox.gate.now();
  const before = stream.calendar ?? null;
  const list = await readList(mailbox, stream);
  const present = await store.pages.presentEvents({ ...at, streamNumber: stream.number });
  const planned = () => planCalendar({ listed: list.events, present, policy: policy.privateEvents, before, now });
  let plan = planned();
  let countedAt = before?.countedAt ?? null;
  const isDue = countedAt === null || now.getTime() - countedAt.getTime() > weekMs;
  if (isDue || plan.differing.length + plan.gone.length > 0) {
    const proven = await proveList(mailbox, { stream, list });
    plan = planned();
    if (!proven) await lookAtMissing({ mailbox, plan, present });
    countedAt = now;
  }
  const mastersReadAt = plan.allMasters || before === null ? now : before.mastersReadAt;
  const calendar = { mastersReadAt, countedAt, privateEvents: policy.privateEvents };
  const pages = calendarPages(mailbox, { stream, pass, asOf: list.asOf });
  if (!(await writeChanges({ mailbox, plan, present }, { pages, list, stream }))) return { changed: true, lost: true };
  const ended = await pages.end(calendar);
  return { changed: pages.written() > 0, lost: !ended };
}
