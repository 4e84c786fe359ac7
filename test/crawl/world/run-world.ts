import { defaultPolicy } from '../../../contract/policy.ts';
import { confirmRemovals } from '../../../activities/confirm-removals.ts';
import { createByteBudget } from '../../../activities/byte-budget.ts';
import { createGroupSize } from '../../../activities/group-size.ts';
import { settleMailbox } from '../../../activities/settle-mailbox.ts';
import { defaultCrawlSettings } from '../../../activities/deps.ts';
import { divideFolders } from '../../../activities/divide-folders.ts';
import type { MailboxGate } from '../../../activities/mailbox-gate.ts';
import type { MailboxWork } from '../../../activities/mailbox-work.ts';
import { readStreams, settledAt } from '../../../activities/settled-at.ts';
import { syncFolders } from '../../../activities/sync-folders.ts';
import { walkPass } from '../../../activities/walk-pass.ts';
import { GraphError } from '../../../graph/graph-error.ts';
import type { Graph } from '../../../graph/types.ts';
import type { Store } from '../../../store/open-store.ts';
import { createMailboxModel, type MailboxModel } from './mailbox-model.ts';
import { createModelGraph, toDate } from './model-graph.ts';
import { createRandom, type Random } from './random.ts';
import { storeWithout, type Rule } from './rules.ts';
import { createScheduler } from './scheduler.ts';

const lanes = 3;
const maxCatchUps = 3;
const weekSeconds = 8 * 24 * 3600;

interface World {
  model: MailboxModel;
  random: Random;
  store: Store;
  at: { sourceId: string; mailboxId: string };
  rule: Rule | null;
  /** Chance of a mutation at each step. */
  rate: number;
  /** Small pages, a slow lane, and mostly moves with edits: where late answers do the most harm. */
  busy: boolean;
  stillAfterFirstPass: boolean;
  /** Every folder counts as giant, and is divided. */
  giant: boolean;
  /** Counts mend what the streams have missed. */
  counted: boolean;
  erasedAlive: string[];
  cycle: number;
  pass: number;
}

function gateOf(model: MailboxModel): MailboxGate {
  let sent = toDate(model.now());
  return {
    take: async () => {
      sent = toDate(model.now());
    },
    onThrottled: async () => undefined,
    sentAt: () => sent,
    now: () => toDate(model.now()),
    requests: () => 0,
    close: async () => undefined,
  };
}

/** Where no list can be had, a folder whose delta is refused is left as it is. */
function graphWithout(graph: Graph, rule: Rule | null): Graph {
  if (rule !== 'list') return graph;
  const refuse = () => {
    throw new GraphError({ operation: 'listMessages', code: 'ErrorAccessDenied', status: 403 });
  };
  return { ...graph, listMessages: refuse };
}

function workOf(world: World, { pause, resyncShare }: { pause: () => Promise<void>; resyncShare: number }): MailboxWork {
  const { model, random, at } = world;
  return {
    at,
    cycleKey: `world/${world.cycle}`,
    graph: graphWithout(createModelGraph({ model, random, pause, resyncShare }), world.rule),
    gate: gateOf(model),
    store: storeWithout(world.store, { rule: world.rule, now: () => toDate(model.tick()) }),
    settings: { ...defaultCrawlSettings, messagePageSize: world.busy ? 2 : 4, ...(world.giant ? { giantFolderItems: 4 } : {}) },
    policy: defaultPolicy,
    extract: () => Promise.reject(new Error('No item of the model has attachments')),
    heldBytes: createByteBudget(1_000_000),
    groupSize: createGroupSize(1_000_000),
    context: { datasetId: 'd', country: 'DE', crawlId: 'c' },
    signal: new AbortController().signal,
    counts: { pages: 0, documents: 0, removed: 0, skips: 0, requests: 0 },
    giveWay: () => undefined,
  };
}

/** A pass of lanes side by side. Now and then one is given up in mid-page: its successor takes over, and it writes late. */
async function runPass(world: World, { leavesEmpty = false } = {}): Promise<boolean> {
  const { random, model, at } = world;
  world.pass = await world.store.mailboxes.nextPass(at);
  const scheduler = createScheduler(random);
  let changed = false;
  let attempts = 0;
  const givenUp = new Set<string>();
  const startLane = async (lane: number): Promise<void> => {
    const name = `${lane}/${(attempts += 1)}`;
    const work = workOf(world, { pause: scheduler.pause, resyncShare: 0.01 });
    await scheduler.start(name, async () => {
      const result = await walkPass(work, { pass: world.pass, lane, leavesEmpty });
      if (!givenUp.has(name)) changed ||= result.changed;
    });
  };
  for (let lane = 0; lane < lanes; lane += 1) await startLane(lane);
  // One lane may be slow: others write between its asking and its writing.
  const slow = world.busy || random.next() < 0.3 ? random.below(lanes) : -1;
  const isLive = (name: string) => random.next() < (givenUp.has(name) ? 0.15 : name.startsWith(`${slow}/`) ? 0.08 : 1);
  for (;;) {
    if (random.next() < world.rate) model.mutate();
    const live = scheduler.running().filter((name) => !givenUp.has(name));
    if (live.length === 0) break;
    if (random.next() < 0.04 && givenUp.size < 3) {
      const name = random.pick(live);
      givenUp.add(name);
      changed = true;
      await startLane(Number(name.split('/')[0]));
    }
    await scheduler.step(isLive);
  }
  // What was given up comes to its late write in the end, and is refused.
  while (await scheduler.step());
  return changed;
}

/** What confirmation would be without asking Graph: every item that no stream shows is taken for deleted. */
async function confirmBlindly(work: MailboxWork): Promise<void> {
  const settled = settledAt(readStreams(await work.store.streams.list(work.at)));
  if (settled === null) return;
  const unseen = await work.store.removals.unseen({ ...work.at, settledAt: settled, now: work.gate.now(), limit: 1000 });
  for (const document of unseen) await work.store.removals.confirm({ document, reason: 'deleted', at: work.gate.now() });
}

async function noteErasedAlive(world: World): Promise<void> {
  const erased = world.store.db
    .collection<{ _id: string; graphId: string }>('documents')
    .find({ ...world.at, 'removal.reason': 'deleted' });
  for await (const { graphId } of erased) if (world.model.items.has(graphId)) world.erasedAlive.push(graphId);
}

/** A cycle of the mailbox; whether its last pass brought nothing. */
async function runCycle(world: World, { first }: { first: boolean }): Promise<{ settled: boolean }> {
  world.cycle += 1;
  const work = workOf(world, { pause: async () => undefined, resyncShare: 0 });
  world.pass = await world.store.mailboxes.nextPass(world.at);
  await syncFolders(work, { rootId: 'root', pass: world.pass });
  await divideFolders(work, await world.store.streams.list(world.at));
  let changed = await runPass(world, { leavesEmpty: true });
  const { rate } = world;
  // What a late answer has undone is mended by later changes: in half of the worlds there are none.
  if (world.stillAfterFirstPass) world.rate = 0;
  for (let pass = 0; pass < maxCatchUps && (changed || (first && pass === 0)) && world.rule !== 'catchUp'; pass += 1)
    changed = await runPass(world);
  if (world.rule === 'confirmation') await confirmBlindly(work);
  else if (world.counted) await settleMailbox(work);
  else await confirmRemovals(work);
  await noteErasedAlive(world);
  world.model.jump(60);
  world.rate = rate;
  return { settled: !changed || world.rule === 'catchUp' };
}

interface Stored {
  graphId: string;
  folderId: string;
  subject: string;
  read: boolean;
}

/** How the stored documents differ from the mailbox; nothing when all is well. */
async function differences(world: World): Promise<string[]> {
  const stored = await world.store.db
    .collection<Stored>('documents')
    .find({ ...world.at, removal: null } as never)
    .toArray();
  const byId = new Map(stored.map((document) => [document.graphId, document]));
  const truth = [...world.model.items].filter(([, item]) => item.folder !== world.model.hidden);
  const found: string[] = world.erasedAlive.map((id) => `erased while alive: ${id}`);
  if (byId.size !== stored.length) found.push('doubled');
  for (const [id, item] of truth) {
    const document = byId.get(id);
    if (document === undefined) found.push(`missing: ${id}`);
    else if (document.folderId !== item.folder) found.push(`wrong folder: ${id}`);
    else if (document.subject !== `version ${item.version}`) found.push(`stale content: ${id}`);
    else if (document.read !== item.read) found.push(`stale read state: ${id}`);
  }
  const alive = new Set(truth.map(([id]) => id));
  for (const id of byId.keys()) if (!alive.has(id)) found.push(`ghost: ${id}`);
  return found;
}

/** Lives through a random world of moves, edits, deletions, resyncs and lanes given up, then rests; returns what is wrong. */
export async function runWorld({ seed, store, rule }: { seed: number; store: Store; rule: Rule | null }): Promise<string[]> {
  const random = createRandom(seed);
  // What asOf is for happens in busy worlds alone.
  const busy = random.next() < 0.4 || rule === 'asOf';
  const movesOnly = !busy && random.next() < 0.4;
  const model = createMailboxModel(random, {
    folders: busy ? 2 : 2 + random.below(3),
    items: busy ? 12 + random.below(6) : 4 + random.below(14),
    movesOnly,
    busy,
  });
  // A mailbox at its quota now and then, and a delta that does not tell all: neither must be needed for what the others prove.
  const quota = rule === 'list' || rule === 'doubt' || (rule === null && random.next() < 0.4);
  const lossy = rule === 'counts' || (rule === null && random.next() < 0.3);
  const giant = rule === null && random.next() < 0.4;
  const at = { sourceId: `w${seed}-${rule ?? 'all'}`, mailboxId: 'm' };
  const cycleKey = 'c/1';
  await store.mailboxes.resolve({
    sourceId: at.sourceId,
    cycleKey,
    users: [{ mailboxId: 'm', address: null, aliases: [], displayName: null }],
  });
  const world: World = {
    model,
    random,
    store,
    at,
    rule,
    rate: busy ? 0.5 : random.pick([0.05, 0.2, 0.5]),
    busy,
    stillAfterFirstPass: busy || random.next() < 0.3,
    giant,
    // Counts would mend what the older rules are for, and what dividing folders might miss: those must do without that net.
    counted: rule === 'list' || rule === 'doubt' || (rule === null && (!giant || quota || lossy)),
    erasedAlive: [],
    cycle: 0,
    pass: 0,
  };
  model.lossy = lossy;
  if (quota) model.overQuota = random.next() < 0.5;
  const { settled } = await runCycle(world, { first: true });
  // A crawl of mode once has no second cycle: when its catch-up came to rest, nothing that stayed in crawled folders may be missed.
  const missedOnce =
    movesOnly && settled && !lossy ? (await differences(world)).filter((difference) => difference.startsWith('missing')) : [];
  const cycles = busy ? 0 : random.below(4);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (quota) model.overQuota = random.next() < 0.5;
    await runCycle(world, { first: false });
  }
  world.rate = 0;
  model.lossy = false;
  if (rule === 'list' || rule === 'doubt') model.overQuota = true;
  for (let cycle = 0; cycle < 2; cycle += 1) {
    model.jump(weekSeconds);
    await runCycle(world, { first: false });
  }
  return [...missedOnce.map((difference) => `in the first cycle, ${difference}`), ...(await differences(world))];
}
