import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Quirk } from '../../emulator/faults/rules.ts';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;

/** A mailbox of a row's own, and what its row asks of it. */
interface Place {
  readonly user: string;
  readonly inbox: string;
  readonly delta: string;
  get(path: string, prefer?: string): ReturnType<TestEmulator['get']>;
  change(method: string, path: string, body?: object): Promise<any>;
}

const pagesOf = (size: number) => `IdType="ImmutableId", odata.maxpagesize=${size}`;
const idsOf = (value: readonly any[]): string[] => value.map(({ id }) => id);

function placeOf(user: string): Place {
  const inbox = `/users/${user}/mailFolders/inbox/messages`;
  const get: Place['get'] = (path, prefer) => client.get(path, prefer === undefined ? {} : { prefer });
  const change: Place['change'] = async (method, path, body) => (await client.control(method, `/mailboxes/${user}${path}`, body)).body;
  return { user, inbox, delta: `${inbox}/delta`, get, change };
}

async function nextRoundAfter({ delta }: Place, change: (first: any[]) => Promise<unknown>): Promise<any[]> {
  const first = await readAll(client, delta);
  await change(first.value);
  return (await readAll(client, first.deltaLink)).value;
}

/** For each oddity what is seen on the wire while it plays, and never without it. */
const ROWS: Readonly<Record<Quirk, (place: Place) => Promise<boolean>>> = {
  loseMoveAndBack: async (place) => {
    const told = await nextRoundAfter(place, async ([{ id }]) => {
      for (const folder of ['archive', 'inbox']) await place.change('POST', `/messages/${id}/move`, { folder });
    });
    return told.length === 1 && told[0]['@removed'] !== undefined;
  },
  moveOnlyRemoved: async (place) => {
    const archive = await readAll(client, place.delta.replace('inbox', 'archive'));
    const id = idsOf((await place.get(place.inbox)).body.value)[0]!;
    await place.change('POST', `/messages/${id}/move`, { folder: 'archive' });
    return !idsOf((await readAll(client, archive.deltaLink)).value).includes(id);
  },
  itemsTwice: async ({ get, delta }) => {
    const ids = idsOf((await get(delta, pagesOf(4))).body.value);
    return new Set(ids).size < ids.length;
  },
  replay: async ({ get, delta }) => {
    const { body } = await get(delta, pagesOf(2));
    return (await get(body['@odata.nextLink'], pagesOf(2))).body.value[0].id === body.value[0].id;
  },
  outOfOrder: async ({ get, delta }) => {
    const times = (await get(delta, pagesOf(4))).body.value.map((message: any) => message.receivedDateTime);
    return times[0] < times.at(-1);
  },
  partialReadState: async (place) => {
    const told = await nextRoundAfter(place, ([{ id, isRead }]) => place.change('PATCH', `/messages/${id}`, { isRead: !isRead }));
    return told[0].subject === undefined;
  },
  emptyPage: async ({ get, delta }) => {
    const { body } = await get(delta);
    return body.value.length === 0 && body['@odata.nextLink'] !== undefined;
  },
  removalInFirstRound: async ({ get, delta }) => (await get(delta)).body.value.some((item: any) => item['@removed']),
  tokenGenerations: async ({ get, delta }) => {
    const links: string[] = [];
    for (let next = delta; links.length < 5; links.push(next)) next = (await get(next, pagesOf(1))).body['@odata.nextLink'];
    return (await get(links[0]!)).status === 410;
  },
  nextLinkExpires: async ({ get, delta }) => {
    const { body } = await get(delta, pagesOf(2));
    return (await get(body['@odata.nextLink'])).status === 410;
  },
  delay: async (place) => (await nextRoundAfter(place, () => place.change('POST', '/messages', { subject: 'New' }))).length === 0,
  latestGivesNextLink: async ({ get, delta }) => (await get(`${delta}?$deltatoken=latest`)).body['@odata.nextLink'] !== undefined,
  topLimitsTotal: async ({ delta }) => (await readAll(client, `${delta}?$top=3`)).value.length === 3,
  topRefused: async ({ get, delta }) => (await get(`${delta}?$top=3`)).status === 400,
  filteredRoundEndsEarly: async ({ get, delta }) =>
    (await get(`${delta}?$filter=receivedDateTime ge 2000-01-01`, pagesOf(2))).body['@odata.deltaLink'] !== undefined,
  listEndsEarly: async ({ get, inbox }) => (await get(`${inbox}?$top=3`)).body['@odata.nextLink'] === undefined,
  shortPages: async ({ get, inbox }) => (await get(`${inbox}?$top=4`)).body.value.length < 4,
  skipJumps: async ({ get, inbox }) => {
    const link = (await get(`${inbox}?$top=3`)).body['@odata.nextLink'] as string;
    return Number(new URL(link).searchParams.get('$skip')) > 3;
  },
  totalsDiffer: async ({ inbox }) => {
    const walks = [await readAll(client, inbox), await readAll(client, inbox)].map(({ value }) => idsOf(value).join());
    return walks[0] !== walks[1];
  },
  parenthesisLinks: async ({ get, inbox }) => /\/users\('.*\/mailFolders\('/.test((await get(`${inbox}?$top=3`)).body['@odata.nextLink']),
  cutJson200: async ({ get, inbox, change }) => {
    const id = idsOf((await get(`${inbox}?$select=id`)).body.value)[0]!;
    await change('POST', `/messages/${id}/fault`, { code: 'ErrorCorruptData' });
    const reply = await get(inbox);
    return reply.status === 200 && typeof reply.body === 'string' && reply.body.endsWith('"value":[');
  },
  largePagesFail: async ({ get, user }) =>
    (await get(`/users/${user}/calendarView/delta?startDateTime=2026-01-01&endDateTime=2026-02-01`, pagesOf(50))).status === 503,
  hiddenListLacks: async ({ get, user }) => {
    const list = (version: string) => get(`${client.url}/${version}/users/${user}/mailFolders?includeHiddenFolders=true&$top=100`);
    return (await list('v1.0')).body.value.length < (await list('beta')).body.value.length;
  },
};

describe('an oddity of Exchange', () => {
  const rows = Object.entries(ROWS) as [Quirk, (typeof ROWS)[Quirk]][];

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: rows.length, messagesPerMailbox: 60 } });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test.each(rows)('%s is seen while a rule asks for it, and only then', async (quirk, isOdd) => {
    const place = placeOf(client.emulator.world.users()[rows.findIndex(([name]) => name === quirk)]!.id);
    const rule = await client.control('POST', '/faults', { match: { mailbox: place.user }, answer: { quirk } });
    expect(await isOdd(place)).toBe(true);
    expect((await client.control('GET', '/stats')).body.played).toMatchObject({ byQuirk: { [quirk]: expect.any(Number) } });
    await client.control('DELETE', `/faults/${rule.body.id}`);
    expect(await isOdd(place)).toBe(false);
  });
});
