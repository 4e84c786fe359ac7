import type { Subscription } from '../data/subscription-state.ts';
import type { World } from '../data/world.ts';
import type { SigningKey } from '../entra/keys.ts';
import { createDelivery, type Delivery, type LifecycleEvent } from './delivery.ts';
import { noticesOf } from './notices.ts';
import { WATCHED_KINDS } from './resources.ts';

export interface SubscriptionWatch {
  /** Tells of what a crash left open, and looks after expiries and retries from now on. */
  start(): void;
  stop(): void;
  tell(subscription: Subscription, event: LifecycleEvent): Promise<void>;
  readonly waiting: Delivery['waiting'];
}

const TICK_MS = 200;
/** Reauthorization is asked for this long before the end. */
const REMIND_MS = 15 * 60_000;

/** Makes notices of the world's changes and sees to the life of subscriptions. */
export function createSubscriptionWatch({
  world,
  key,
  logError,
}: {
  world: World;
  key: SigningKey;
  logError(error: unknown): void;
}): SubscriptionWatch {
  const delivery = createDelivery({ world, key, logError });
  let timer: NodeJS.Timeout | undefined;
  const commit = (changes: Parameters<World['commit']>[0]) => world.commit(changes).catch(logError);
  const remove = async (subscription: Subscription, isTold: boolean) => {
    await commit([{ op: 'subscription.remove', id: subscription.id }]);
    if (isTold) delivery.lifecycle(subscription, 'subscriptionRemoved');
  };
  const tick = () => {
    const nowMs = world.clock.nowMs();
    for (const subscription of world.subscriptions.all()) {
      if (subscription.expiresMs <= nowMs) void remove(subscription, false);
      else if (subscription.remindedMs !== subscription.expiresMs && subscription.expiresMs - nowMs <= REMIND_MS) remind(subscription);
    }
    delivery.tick();
  };
  const remind = (subscription: Subscription) => {
    void commit([{ op: 'subscription.set', subscription: { ...subscription, remindedMs: subscription.expiresMs } }]);
    delivery.lifecycle(subscription, 'reauthorizationRequired');
  };
  const stopListening = world.onChanges((change) => {
    if (change.op === 'clock.set') return () => setImmediate(() => timer && tick());
    if (world.subscriptions.size === 0) return undefined;
    if (change.op === 'subscription.remove') return () => delivery.forget(change.id);
    const notices = noticesOf(world, change);
    return () => {
      for (const { subscription, body } of notices?.() ?? []) delivery.notify(subscription, body);
      if (change.op === 'user.remove') for (const subscription of ofOwner(world, change.userId)) void remove(subscription, true);
      // learn.microsoft.com/graph/change-notifications-lifecycle-events: an admin took the app's permission away.
      if (change.op === 'app.set')
        for (const subscription of withoutPermission(world, change.app)) delivery.lifecycle(subscription, 'reauthorizationRequired');
    };
  });
  return {
    start: () => {
      tellWhatWasOwed(world, delivery, commit);
      timer = setInterval(tick, TICK_MS);
      timer.unref();
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
      stopListening();
      delivery.stop();
    },
    tell: async (subscription, event) => {
      if (event === 'subscriptionRemoved') return remove(subscription, true);
      delivery.lifecycle(subscription, event);
    },
    waiting: delivery.waiting,
  };
}

/** Nobody knows which notices were lost with the process; that some were is told. */
function tellWhatWasOwed(world: World, delivery: Delivery, commit: (changes: Parameters<World['commit']>[0]) => Promise<void>): void {
  for (const subscription of world.subscriptions.all()) {
    if (!world.subscriptions.owes(subscription.id)) continue;
    if (subscription.lifecycleNotificationUrl === null) void commit([{ op: 'subscription.owe', id: subscription.id, owes: false }]);
    else delivery.lifecycle(subscription, 'missed');
    if (subscription.remindedMs === subscription.expiresMs) delivery.lifecycle(subscription, 'reauthorizationRequired');
  }
}

/** Who watches what belongs to a user. */
function ofOwner(world: World, userId: string): Subscription[] {
  return world.subscriptions
    .all()
    .filter(({ watched }) => (watched.owner === userId && watched.kind !== 'user') || watched.owner === `user:${userId}`);
}

function withoutPermission(
  world: World,
  app: { readonly clientId: string; readonly objectId: string; readonly roles: readonly string[] },
): Subscription[] {
  const isDenied = ({ watched }: Subscription) => !WATCHED_KINDS[watched.kind].roles.some((role) => app.roles.includes(role));
  return world.subscriptions.all().filter((subscription) => subscription.creatorId === app.objectId && isDenied(subscription));
}
