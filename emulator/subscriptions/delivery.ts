import type { Subscription } from '../data/subscription-state.ts';
import type { World } from '../data/world.ts';
import type { SigningKey } from '../entra/keys.ts';
import { validationToken } from './encryption.ts';
import { post } from './endpoint.ts';
import { createEndpointHealth, type EndpointHealth } from './endpoint-health.ts';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export interface Delivery {
  notify(subscription: Subscription, notice: object): void;
  lifecycle(subscription: Subscription, event: LifecycleEvent): void;
  /** Drops what waits for a subscription that is gone. */
  forget(id: string): void;
  /** Sends what is due by the emulator's clock. */
  tick(): void;
  /** Notices that wait, by subscription. */
  waiting(): readonly { readonly id: string; readonly notices: number; readonly attempts: number; readonly dueMs: number }[];
  stop(): void;
}

interface Queue {
  subscription: Subscription;
  readonly kind: 'change' | 'lifecycle';
  readonly notices: object[];
  attempts: number;
  firstMs: number;
  dueMs: number;
  isSending: boolean;
}

const MINUTE_MS = 60_000;
/** Growing distances, for four hours in all: learn.microsoft.com/graph/change-notifications-delivery-webhooks. */
const RETRY_MS = [10_000, 30_000, MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS];
const GIVE_UP_MS = 4 * 60 * MINUTE_MS;
/** Changes that come together are told together. */
const GATHER_MS = 25;
const MOST_PER_POST = 50;

interface DeliveryDeps {
  readonly world: World;
  readonly key: SigningKey;
  logError(error: unknown): void;
}

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { world, logError } = deps;
  const queues = new Map<string, Queue>();
  const health = createEndpointHealth(world.clock);
  let gathering: NodeJS.Timeout | undefined;
  let isStopped = false;

  const mark = (id: string, owes: boolean) => {
    if (isStopped || !world.subscriptions.get(id) || world.subscriptions.owes(id) === owes) return;
    world.commit([{ op: 'subscription.owe', id, owes }]).catch(logError);
  };
  const enqueue = (subscription: Subscription, kind: Queue['kind'], notice: object) => {
    if (isStopped) return;
    const name = `${subscription.id} ${kind}`;
    const queue = queues.get(name) ?? emptyQueue(subscription, { kind, nowMs: world.clock.nowMs() });
    queue.subscription = subscription;
    queue.notices.push(notice);
    queues.set(name, queue);
    mark(subscription.id, true);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      tick();
    }, GATHER_MS);
  };
  const settle = (name: string, { subscription }: Queue) => {
    queues.delete(name);
    if (![...queues.values()].some((queue) => queue.subscription.id === subscription.id)) mark(subscription.id, false);
  };
  const lifecycle = (subscription: Subscription, event: LifecycleEvent) => {
    if (subscription.lifecycleNotificationUrl !== null) enqueue(subscription, 'lifecycle', lifecycleNotice(world, subscription, event));
  };
  const send = async (name: string, queue: Queue): Promise<void> => {
    const isOver = await sendDue(queue, { ...deps, health });
    if (isStopped || queues.get(name) !== queue) return;
    // Told as missed before it is settled: what is owed stays owed until somebody has heard of it.
    if (isOver === 'given up' && queue.kind === 'change') lifecycle(queue.subscription, 'missed');
    if (isOver !== undefined) settle(name, queue);
    else if (queue.attempts === 0 && queue.dueMs <= world.clock.nowMs()) await send(name, queue);
  };
  const tick = () => {
    const nowMs = world.clock.nowMs();
    for (const [name, queue] of queues) if (!queue.isSending && queue.dueMs <= nowMs) send(name, queue).catch(logError);
  };
  return {
    notify: (subscription, notice) => enqueue(subscription, 'change', notice),
    lifecycle,
    forget: (id) => {
      for (const [name, { subscription }] of queues) if (subscription.id === id) queues.delete(name);
    },
    tick,
    waiting: () => [...queues.values()].map(waitingOf),
    stop: () => {
      isStopped = true;
      clearTimeout(gathering);
    },
  };
}

function waitingOf({ subscription, notices, attempts, dueMs }: Queue): ReturnType<Delivery['waiting']>[number] {
  return { id: subscription.id, notices: notices.length, attempts, dueMs };
}

function emptyQueue(subscription: Subscription, at: { readonly kind: Queue['kind']; readonly nowMs: number }): Queue {
  return { subscription, kind: at.kind, notices: [], attempts: 0, firstMs: at.nowMs, dueMs: at.nowMs, isSending: false };
}

function lifecycleNotice(world: World, subscription: Subscription, lifecycleEvent: LifecycleEvent): object {
  const { id: subscriptionId, expiresMs, clientState } = subscription;
  const subscriptionExpirationDateTime = new Date(expiresMs).toISOString();
  return {
    lifecycleEvent,
    subscriptionId,
    subscriptionExpirationDateTime,
    tenantId: world.tenant.id,
    organizationId: world.tenant.id,
    clientState,
  };
}

/** One post of a queue's oldest notices. Undefined while there is more to do with it, now or later. */
async function sendDue(queue: Queue, deps: DeliveryDeps & { readonly health: EndpointHealth }): Promise<'done' | 'given up' | undefined> {
  const { world, key, health } = deps;
  const { subscription, notices } = queue;
  const url = queue.kind === 'change' ? subscription.notificationUrl : subscription.lifecycleNotificationUrl!;
  const state = health.stateOf(url);
  if (state === 'dropped' && queue.kind === 'change') return 'given up';
  if (state === 'slow' && queue.attempts === 0 && world.clock.nowMs() < queue.firstMs + health.slowDelayMs) {
    queue.dueMs = queue.firstMs + health.slowDelayMs;
    return undefined;
  }
  queue.isSending = true;
  const value = notices.slice(0, MOST_PER_POST);
  const proof = { tenantId: world.tenant.id, audience: subscription.applicationId, nowMs: world.clock.nowMs() };
  const { accepted, tookMs } = await post(url, {
    value,
    ...(subscription.includeResourceData ? { validationTokens: [validationToken(key, proof)] } : {}),
  });
  health.note(url, tookMs);
  queue.isSending = false;
  const nowMs = world.clock.nowMs();
  if (accepted) {
    notices.splice(0, value.length);
    Object.assign(queue, { attempts: 0, firstMs: nowMs, dueMs: nowMs });
    return notices.length === 0 ? 'done' : undefined;
  }
  if (nowMs - queue.firstMs >= GIVE_UP_MS) return 'given up';
  queue.dueMs = nowMs + RETRY_MS[Math.min(queue.attempts++, RETRY_MS.length - 1)]!;
  return undefined;
}
