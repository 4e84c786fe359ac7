import type { Subscription } from '../data/subscription-state.ts';
import type { World } from '../data/world.ts';
import type { SigningKey } from '../entra/keys.ts';
import { validationToken } from './encryption.ts';
import { post } from './endpoint.ts';
import { createEndpointHealth } from './endpoint-health.ts';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export interface Delivery {
  notify(subscription: Subscription, notice: object): void;
  lifecycle(subscription: Subscription, event: LifecycleEvent): void;
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

export function createDelivery({ world, key, logError }: { world: World; key: SigningKey; logError(error: unknown): void }): Delivery {
  const queues = new Map<string, Queue>();
  const health = createEndpointHealth(world.clock);
  let gathering: NodeJS.Timeout | undefined;
  let isStopped = false;

  const enqueue = (subscription: Subscription, kind: Queue['kind'], notice: object) => {
    if (isStopped) return;
    const name = `${subscription.id} ${kind}`;
    const nowMs = world.clock.nowMs();
    const queue = queues.get(name) ?? { subscription, kind, notices: [], attempts: 0, firstMs: nowMs, dueMs: nowMs, isSending: false };
    queue.subscription = subscription;
    queue.notices.push(notice);
    queues.set(name, queue);
    if (!world.subscriptions.owes(subscription.id)) mark(subscription.id, true);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      tick();
    }, GATHER_MS);
  };
  const mark = (id: string, owes: boolean) => {
    if (!isStopped && world.subscriptions.get(id)) world.commit([{ op: 'subscription.owe', id, owes }]).catch(logError);
  };
  const settle = (name: string, { subscription }: Queue) => {
    queues.delete(name);
    const isOpen = [...queues.values()].some((queue) => queue.subscription.id === subscription.id);
    if (!isOpen) mark(subscription.id, false);
  };
  const lifecycle = (subscription: Subscription, event: LifecycleEvent) => {
    if (subscription.lifecycleNotificationUrl === null) return;
    enqueue(subscription, 'lifecycle', {
      ...{
        lifecycleEvent: event,
        subscriptionId: subscription.id,
        subscriptionExpirationDateTime: new Date(subscription.expiresMs).toISOString(),
      },
      ...{ tenantId: world.tenant.id, organizationId: world.tenant.id, clientState: subscription.clientState },
    });
  };
  const giveUp = (name: string, queue: Queue) => {
    if (queue.kind === 'change') lifecycle(queue.subscription, 'missed');
    settle(name, queue);
  };
  const send = async (name: string, queue: Queue) => {
    const { subscription, notices } = queue;
    const url = queue.kind === 'change' ? subscription.notificationUrl : subscription.lifecycleNotificationUrl!;
    const state = health.stateOf(url);
    if (state === 'dropped' && queue.kind === 'change') return giveUp(name, queue);
    if (state === 'slow' && queue.attempts === 0 && world.clock.nowMs() < queue.firstMs + health.slowDelayMs) {
      queue.dueMs = queue.firstMs + health.slowDelayMs;
      return;
    }
    queue.isSending = true;
    const value = notices.slice(0, MOST_PER_POST);
    const tokens = subscription.includeResourceData
      ? {
          validationTokens: [
            validationToken(key, { tenantId: world.tenant.id, audience: subscription.applicationId, nowMs: world.clock.nowMs() }),
          ],
        }
      : {};
    const { accepted, tookMs } = await post(url, { value, ...tokens });
    health.note(url, tookMs);
    queue.isSending = false;
    if (isStopped || queues.get(name) !== queue) return;
    const nowMs = world.clock.nowMs();
    if (accepted) {
      notices.splice(0, value.length);
      Object.assign(queue, { attempts: 0, firstMs: nowMs, dueMs: nowMs });
      return notices.length === 0 ? settle(name, queue) : void send(name, queue);
    }
    if (nowMs - queue.firstMs >= GIVE_UP_MS) return giveUp(name, queue);
    queue.dueMs = nowMs + RETRY_MS[Math.min(queue.attempts++, RETRY_MS.length - 1)]!;
  };
  const tick = () => {
    const nowMs = world.clock.nowMs();
    for (const [name, queue] of queues) if (!queue.isSending && queue.dueMs <= nowMs) void send(name, queue);
  };
  return {
    notify: (subscription, notice) => enqueue(subscription, 'change', notice),
    lifecycle,
    tick,
    waiting: () =>
      [...queues.values()].map(({ subscription, notices, attempts, dueMs }) => ({
        id: subscription.id,
        notices: notices.length,
        attempts,
        dueMs,
      })),
    stop: () => {
      isStopped = true;
      clearTimeout(gathering);
    },
  };
}
