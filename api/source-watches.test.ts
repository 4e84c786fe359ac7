import { describe, expect, test } from 'vitest';
import { createSourceWatches, type Seen } from './source-watches.ts';

const quiet = { quietMs: 60_000 };

/** Looks that a test answers. */
function standIn() {
  const looks: PromiseWithResolvers<Seen>[] = [];
  const asked: PromiseWithResolvers<void>[] = [Promise.withResolvers()];
  const look = async (): Promise<Seen> => {
    const answer = Promise.withResolvers<Seen>();
    looks.push(answer);
    asked.at(-1)?.resolve();
    asked.push(Promise.withResolvers());
    return answer.promise;
  };
  return {
    looks,
    watches: createSourceWatches({ look, onFailure: () => undefined }),
    async answer(text: string, ended = false) {
      const number = looks.length;
      looks[number - 1]?.resolve({ text, ended });
      if (!ended) await asked[number]?.promise;
    },
  };
}

describe('following a source', () => {
  test('is one look for all who follow it, and tells each change once', async () => {
    const { watches, looks, answer } = standIn();
    const { signal } = new AbortController();
    const followers = [watches.follow('s', { ...quiet, signal }), watches.follow('s', { ...quiet, signal })];
    const first = followers.map(async (follower) => (await follower.next()).value);
    expect(looks).toHaveLength(1);
    await answer('one');
    expect(await Promise.all(first)).toEqual([
      { text: 'one', ended: false },
      { text: 'one', ended: false },
    ]);
    const second = followers.map(async (follower) => (await follower.next()).value);
    await answer('one');
    await answer('two');
    expect(await Promise.all(second)).toEqual([
      { text: 'two', ended: false },
      { text: 'two', ended: false },
    ]);
    await answer('three', true);
    expect(await Promise.all(followers.map(async (follower) => (await follower.next()).value))).toEqual([
      { text: 'three', ended: true },
      { text: 'three', ended: true },
    ]);
    expect(await Promise.all(followers.map(async (follower) => (await follower.next()).done))).toEqual([true, true]);
    expect(looks).toHaveLength(4);
  });

  test('ends with the signal, and with the last follower nothing is looked at any more', async () => {
    const { watches, looks, answer } = standIn();
    const gone = new AbortController();
    const follower = watches.follow('s', { ...quiet, signal: gone.signal });
    const first = follower.next();
    looks[0]?.resolve({ text: 'one', ended: false });
    await first;
    const next = follower.next();
    gone.abort();
    expect((await next).done).toBe(true);
    const again = watches.follow('s', { ...quiet, signal: new AbortController().signal });
    const anew = again.next();
    expect(looks).toHaveLength(2);
    await answer('two', true);
    expect((await anew).value).toEqual({ text: 'two', ended: true });
  });

  test('says that nothing has come, so that a connection is kept open', async () => {
    const { watches } = standIn();
    const follower = watches.follow('s', { quietMs: 1, signal: new AbortController().signal });
    expect((await follower.next()).value).toBeNull();
    await follower.return(undefined);
  });
});
