import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ulid } from 'ulid';
import { newCrawl } from '../../api/start-crawl.ts';
import type { SourceState } from '../../contract/workflow/states.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
let origin: string;
beforeAll(async () => {
  host = await startApiHost({ settings: { eventStreams: 3 } });
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(host.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => host.close());

/** A source whose records say that it is crawled. */
async function crawled(): Promise<{ sourceId: string; crawlId: string; say(state: SourceState, reason?: string): Promise<void> }> {
  const sourceId = (await host.call('POST', '/v1/sources', { body: sourceBody(await makeBasics(host)) })).body.id as string;
  const source = await host.store.sources.get(sourceId);
  if (source === null) throw new Error('The source was just made');
  const crawlId = ulid();
  await host.store.sources.beginCrawl({ sourceId, before: null, crawlId, at: new Date() });
  await host.store.crawls.create(newCrawl(source, { crawlId, now: new Date() }));
  let sequence = 0;
  return {
    sourceId,
    crawlId,
    async say(state, reason) {
      sequence += 1;
      const change = { sourceId, crawlId, state, sequence, reason: reason ?? null };
      await host.store.crawls.writeState({
        ...change,
        cycle: 1,
        counts: { pages: 0, documents: sequence, removed: 0, skips: 0, requests: 0 },
      });
      await host.store.sources.writeState(change);
    },
  };
}

interface Follower {
  status: number;
  text(): string;
  /** Data of the events of progress that came so far. */
  progress(): { source: { state: string; stateReason: { code: string; remedy: string } | null }; crawl: Record<string, unknown> }[];
  ended: Promise<void>;
  leave(): void;
}

async function follow(sourceId: string, headers: Record<string, string> = {}): Promise<Follower> {
  const leaving = new AbortController();
  const answer = await fetch(`${origin}/v1/sources/${sourceId}/events`, {
    headers: { authorization: `Bearer ${host.keys.operator}`, ...headers },
    signal: leaving.signal,
  });
  // Else an API that ends waits for the connection.
  if (answer.status === 200) expect(answer.headers.get('connection')).toBe('close');
  let text = '';
  const read = async (): Promise<void> => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  };
  const ended = read().catch(() => undefined);
  return {
    status: answer.status,
    text: () => text,
    progress: () => [...text.matchAll(/event: progress\ndata: (.*)\n\n/g)].map(([, data]) => JSON.parse(data ?? '')),
    ended,
    leave: () => leaving.abort(),
  };
}

describe('events of a source', () => {
  test('tell its state whole, each change of it, and the end, to all who follow', async () => {
    const { sourceId, crawlId, say } = await crawled();
    const followers = [await follow(sourceId), await follow(sourceId)];
    await waitFor('the first state', () => followers.every((follower) => follower.progress().length === 1));
    expect(followers[0]?.progress()[0]).toMatchObject({
      source: { state: 'running', stateReason: null },
      crawl: { id: crawlId, state: 'running', progress: { mailboxes: { known: 0, closed: 0 }, blocked: [] } },
    });
    await say('blocked', 'CredentialRefused');
    await waitFor('the block', () => followers.every((follower) => follower.progress().at(-1)?.source.state === 'blocked'));
    expect(followers[1]?.progress().at(-1)?.source.stateReason).toMatchObject({
      code: 'CredentialRefused',
      remedy: expect.stringMatching(/credential/),
    });
    await say('stopped');
    await Promise.all(followers.map(({ ended }) => ended));
    for (const follower of followers) {
      expect(follower.progress().at(-1)).toMatchObject({ source: { state: 'stopped' }, crawl: { state: 'stopped', progress: null } });
      expect(follower.text()).toMatch(/^retry: \d+\n\nid: \d+\nevent: progress\n[^]*event: end\ndata: \{\}\n\n$/);
    }
  });

  test('of one that is not crawled are its state and the end; who comes back after that is told to stay away', async () => {
    const { sourceId, say } = await crawled();
    await say('completed');
    const follower = await follow(sourceId);
    await follower.ended;
    expect(follower.progress().map(({ source }) => source.state)).toEqual(['completed']);
    expect((await follow(sourceId, { 'last-event-id': '17' })).status).toBe(204);
    expect((await follow('no-such-source')).status).toBe(404);
  });

  test('are sent to so many clients and no more, until one leaves', async () => {
    const { sourceId } = await crawled();
    const three = await Promise.all([1, 2, 3].map(() => follow(sourceId)));
    expect((await host.call('GET', `/v1/sources/${sourceId}/events`)).body).toMatchObject({ type: 'urn:trawl:problem:too-many-streams' });
    three[0]?.leave();
    await waitFor('a place', async () => {
      const follower = await follow(sourceId);
      follower.leave();
      return follower.status === 200;
    });
    for (const follower of three) follower.leave();
  });

  test('end when the process is to end', async () => {
    const { sourceId } = await crawled();
    const follower = await waitFor('a place', async () => {
      const one = await follow(sourceId);
      return one.status === 200 ? one : null;
    });
    await waitFor('the first state', () => follower.progress().length === 1);
    host.stop();
    await follower.ended;
    expect(follower.text()).not.toContain('event: end');
  });
});

describe('crawls', () => {
  test('are listed over all sources, by state, and read with where they stand', async () => {
    const { sourceId, crawlId, say } = await crawled();
    await say('paused');
    const mailbox = { mailboxId: 'm1', address: 'a@contoso.example', aliases: [], displayName: null };
    await host.store.mailboxes.resolve({ sourceId, cycleKey: `${crawlId}/0`, users: [mailbox, { ...mailbox, mailboxId: 'm2' }] });
    await host.store.mailboxes.setState({ sourceId, mailboxId: 'm1', state: 'blocked', reason: 'ErrorAccessDenied' });
    const list = await host.call('GET', '/v1/crawls?state=paused&limit=10', { key: host.keys.operator });
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([crawlId]);
    expect((await host.call('GET', `/v1/crawls?sourceId=${sourceId}`)).body.items).toMatchObject([
      { id: crawlId, temporalUrl: expect.any(String) },
    ]);
    const one = (await host.call('GET', `/v1/crawls/${crawlId}`)).body;
    expect(one.progress).toMatchObject({
      mailboxes: { known: 2, closed: 0, byState: { blocked: 1, pending: 1 } },
      documentsPerSecond: null,
      secondsLeft: null,
      blocked: [{ reason: { code: 'ErrorAccessDenied', remedy: expect.stringMatching(/./) }, mailboxes: 1 }],
    });
  });
});
