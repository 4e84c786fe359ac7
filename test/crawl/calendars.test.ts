import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { PrivateEventPolicy } from '../../contract/policy.ts';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { ada, bob, dayOfSeries, manyEvents, writeCalendarOrganisation } from '../support/calendar-organisation.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

let crawl: DirectCrawl;
let sourceId: string;
const folder = mkdtempSync(join(tmpdir(), 'trawl-calendars-'));

const documents = () => crawl.store.db.collection<StoredDocument>('documents');
const events = (query: object) =>
  documents()
    .find({ sourceId, kind: 'event', ...query })
    .toArray();
const event = async (query: object) => {
  const found = await events(query);
  expect(found, JSON.stringify(query)).toHaveLength(1);
  return found[0]!;
};
const change = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  crawl.tenant.control<T>(method, `/mailboxes/${ada}${path}`, body);

async function setPolicy(privateEvents: PrivateEventPolicy): Promise<void> {
  const update = { $set: { 'policy.privateEvents': privateEvents }, $inc: { scopeRevision: 1 } };
  await crawl.store.db.collection('sources').updateOne({ _id: sourceId as never }, update);
  await crawl.cycle();
}

async function searched(text: string): Promise<string[]> {
  await crawl.index();
  const found = await crawl.store.documents.search({ datasetIds: ['dataset'], text, sort: 'relevance', after: null, limit: 10 });
  return found.map(({ document }) => document._id);
}

const mailboxOf = async (owner: string) => (await crawl.mailboxes()).find(({ address }) => address === owner)!;

beforeAll(async () => {
  writeCalendarOrganisation(folder);
  crawl = await startDirectCrawl({ organisation: await loadOrganisation(folder) });
  ({ sourceId } = crawl);
  await crawl.cycle();
});
afterAll(async () => {
  await crawl?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('calendars', () => {
  test('of the mailbox are read, those of others are named with their owner, and one without an owner is named as read', async () => {
    const { ignoredCalendars, ownerlessCalendars } = await mailboxOf(ada);
    expect(ignoredCalendars.toSorted((one, other) => one.why.localeCompare(other.why))).toEqual([
      { name: 'Bob', why: 'shared', owner: bob },
      { name: 'Bob', why: 'shared', owner: bob },
      { name: 'Football', why: 'subscribed', owner: ada },
    ]);
    expect(ownerlessCalendars).toEqual(['Weather']);
    expect(await events({ subject: 'Of Bob' })).toHaveLength(1);
    expect(await events({ subject: 'Match' })).toEqual([]);
    expect(await events({ folderPath: 'Projects' })).toHaveLength(manyEvents);
  });

  test('that nobody owns and Graph cannot read hold nothing up, and are read once they can be', async () => {
    const { id } = await change('POST', '/calendars', { name: 'Old share', kind: 'subscribed', owner: null });
    const path = `/calendars/${encodeURIComponent(id)}/events`;
    await crawl.tenant.fault({ match: { path }, answer: { status: 500, code: 'ErrorInternalServerTransientError', message: 'no' } });
    await crawl.cycle();
    expect(await mailboxOf(ada)).toMatchObject({ state: 'done', ownerlessCalendars: ['Weather'] });
    expect((await mailboxOf(ada)).ignoredCalendars).toContainEqual({ name: 'Old share', why: 'unreadable', owner: null });
    await crawl.tenant.clearFaults();
    await crawl.cycle();
    expect((await mailboxOf(ada)).ownerlessCalendars.toSorted()).toEqual(['Old share', 'Weather']);
    expect((await mailboxOf(ada)).ignoredCalendars.map(({ why }) => why)).not.toContain('unreadable');
  });

  test('have events with people and their answers, place, zones, link and times', async () => {
    expect(await event({ subject: 'Planning' })).toMatchObject({
      startAt: new Date('2026-03-02T14:00:00Z'),
      endAt: new Date('2026-03-02T15:00:00Z'),
      timeZone: 'America/New_York',
      endTimeZone: 'America/New_York',
      location: 'Room 7',
      links: ['https://wiki.calendars.example/plan'],
      organizer: { name: 'Ada', address: ada },
      attendees: [
        { name: 'Bob', address: bob, type: 'required', response: 'accepted' },
        { name: 'Guest', address: 'guest@elsewhere.example', type: 'optional', response: 'declined' },
      ],
      eventType: 'singleInstance',
      iCalUId: 'planning',
      showAs: 'busy',
      allDay: false,
      cancelled: false,
      categories: ['Blue'],
      response: 'organizer',
      onlineMeeting: null,
      webLink: expect.stringMatching(/^https:/),
      folderPath: 'Calendar',
    });
    const holiday = { startAt: new Date('2026-04-03T00:00:00Z'), endAt: new Date('2026-04-04T00:00:00Z'), allDay: true, showAs: 'free' };
    expect(await event({ subject: 'Holiday' })).toMatchObject(holiday);
    expect(await event({ subject: 'Called off' })).toMatchObject({ cancelled: true, removal: null });
  });

  test('have series with their pattern and cancelled days, and each changed occurrence', async () => {
    const series = await event({ subject: 'Stand-up' });
    expect(series).toMatchObject({
      eventType: 'seriesMaster',
      recurrence: { pattern: { type: 'daily' }, range: { numberOfOccurrences: 10 } },
    });
    expect(series.cancelledOccurrences).toEqual([expect.stringContaining(dayOfSeries(3).toISOString().slice(0, 10))]);
    const originalStartAt = dayOfSeries(1);
    const exception = await event({ eventType: 'exception' });
    expect(exception).toMatchObject({
      graphId: `${series.graphId}@${originalStartAt.toISOString()}`,
      subject: 'Stand-up, elsewhere',
      seriesMasterId: series.graphId,
      originalStartAt,
      startAt: new Date(originalStartAt.getTime() + 3_600_000),
      removal: null,
    });
  });

  test('never have their attachments fetched', async () => {
    const { byKind } = await crawl.tenant.stats();
    expect(Object.keys(byKind).filter((kind) => /attachment/i.test(kind))).toEqual([]);
    expect(byKind['events.instances.list']).toBeGreaterThan(0);
  });
});

describe('a change', () => {
  test('of one occurrence is stored, followed, and gone when the occurrence is cancelled', async () => {
    const series = await event({ subject: 'Stand-up' });
    const originalStart = dayOfSeries(5).toISOString();
    await change('POST', `/events/${series.graphId}/exceptions`, { originalStart, subject: 'Retrospective' });
    await crawl.cycle();
    const graphId = `${series.graphId}@${originalStart}`;
    expect(await event({ graphId })).toMatchObject({ subject: 'Retrospective', eventType: 'exception', removal: null });
    await change('POST', `/events/${series.graphId}/exceptions`, { originalStart, cancelled: true });
    await crawl.cycle();
    expect(await event({ graphId })).toMatchObject({ removal: { reason: 'deleted' } });
    expect(await event({ graphId })).not.toHaveProperty('subject');
    expect((await event({ graphId: series.graphId })).cancelledOccurrences).toHaveLength(2);
    expect(await event({ eventType: 'exception', removal: null })).toMatchObject({ subject: 'Stand-up, elsewhere' });
  });

  test('of times and words is seen, and a deletion too', async () => {
    const { id } = await change('POST', '/calendars/Projects/events', {
      subject: 'Review',
      start: '2026-05-01T09:00:00Z',
      end: '2026-05-01T10:00:00Z',
    });
    await crawl.cycle();
    await change('PATCH', `/events/${id}`, { subject: 'Review, moved', start: '2026-05-02T09:00:00Z', end: '2026-05-02T10:00:00Z' });
    await crawl.cycle();
    expect(await event({ graphId: id })).toMatchObject({ subject: 'Review, moved', startAt: new Date('2026-05-02T09:00:00Z') });
    await change('DELETE', `/events/${id}`);
    await crawl.cycle();
    expect(await event({ graphId: id })).toMatchObject({ removal: { reason: 'deleted' } });
  });

  test('that did not happen costs a list for each calendar, and writes nothing', async () => {
    const before = await documents().find({ sourceId }).sort({ _id: 1 }).toArray();
    await crawl.tenant.control('DELETE', '/stats');
    await crawl.cycle();
    const { byKind } = await crawl.tenant.stats();
    const calendars = await crawl.store.db.collection('streams').countDocuments({ sourceId, kind: 'calendar', endedAt: null });
    // One calendar does not fit in one page.
    expect(byKind['events.list']).toBe(calendars + 1);
    expect(Object.keys(byKind).filter((kind) => kind.startsWith('events.'))).toEqual(['events.list']);
    expect(await documents().find({ sourceId }).sort({ _id: 1 }).toArray()).toEqual(before);
  });
});

describe('what Graph does not tell', () => {
  const list = { path: '/calendars/[^/]+/events\\?' };

  test('by a list that ends early takes nothing away', async () => {
    for (const times of [1, 20]) {
      await crawl.tenant.fault({ match: list, answer: { quirk: 'listEndsEarly' }, count: times });
      await crawl.cycle();
      await crawl.tenant.clearFaults();
      expect(await events({ folderPath: 'Projects', removal: null })).toHaveLength(manyEvents);
      expect(
        await events({ folderPath: 'Projects', removal: null, $or: [{ unseenSince: { $ne: null } }, { kept: { $ne: null } }] }),
      ).toEqual([]);
    }
  });

  test('of the changed occurrences of a series is a skip, and is read in the next cycle', async () => {
    const series = await event({ subject: 'Stand-up' });
    const originalStart = dayOfSeries(6).toISOString();
    await change('POST', `/events/${series.graphId}/exceptions`, { originalStart, subject: 'Late' });
    await crawl.tenant.fault({
      match: { path: '/instances\\?' },
      answer: { status: 500, code: 'ErrorCorruptData', message: 'no' },
    });
    await crawl.cycle();
    const skips = () => crawl.store.db.collection('skips').find({ sourceId, graphId: series.graphId }).toArray();
    expect(await skips()).toMatchObject([{ code: 'ErrorCorruptData', state: 'open' }]);
    expect(await events({ subject: 'Stand-up, elsewhere', removal: null })).toHaveLength(1);
    await crawl.tenant.clearFaults();
    await crawl.cycle();
    expect(await skips()).toMatchObject([{ state: 'retried' }]);
    expect(await event({ graphId: `${series.graphId}@${originalStart}` })).toMatchObject({ subject: 'Late', removal: null });
  });
});

describe('private events', () => {
  const secret = { iCalUId: 'secret' };
  const times = { startAt: new Date('2026-03-06T09:00:00Z'), endAt: new Date('2026-03-06T10:00:00Z') };

  test('are stored whole, as busy time only, not at all, and whole again, as the policy says', async () => {
    const whole = await event(secret);
    const same = { graphId: whole.graphId };
    expect(whole).toMatchObject({ subject: 'Clandestine', location: 'Hideout', ...times });
    expect(await searched('Clandestine')).toEqual([whole._id]);

    await setPolicy('busyOnly');
    const busy = await event(same);
    expect(busy).toMatchObject({
      busyOnly: true,
      subject: null,
      text: null,
      body: null,
      location: null,
      organizer: null,
      attendees: [],
      ...times,
    });
    expect(JSON.stringify(busy)).not.toMatch(/Clandestine|Unspeakable|Hideout/);
    expect(await searched('Clandestine')).toEqual([]);
    expect(await event({ subject: 'Planning' })).toMatchObject({ busyOnly: false });

    await setPolicy('none');
    const none = await event(same);
    expect(none).toMatchObject({ removal: { reason: 'outOfScope' } });
    expect(JSON.stringify(none)).not.toMatch(/Clandestine|Unspeakable|Hideout/);

    await setPolicy('full');
    expect(await event(same)).toMatchObject({
      removal: null,
      busyOnly: false,
      subject: 'Clandestine',
      text: 'Unspeakable',
      location: 'Hideout',
    });
    expect(await searched('Clandestine')).toEqual([whole._id]);

    await setPolicy('none');
    const gone = await event(same);
    expect(gone).toMatchObject({ removal: { reason: 'outOfScope' } });
    expect(JSON.stringify(gone)).not.toMatch(/Clandestine|Unspeakable|Hideout/);
    expect(await searched('Clandestine')).toEqual([]);
  });
});
