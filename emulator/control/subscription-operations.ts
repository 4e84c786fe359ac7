import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, oneOf, type Fields } from './input.ts';

export const SUBSCRIPTION_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions',
    handle: ({ world, watch }) => ({ subscriptions: world.subscriptions.all(), waiting: watch.waiting() }),
  },
  { method: 'POST', path: '/subscriptions/*/lifecycle', handle: async (request) => tell(request, await request.fields()) },
];

const EVENTS = ['missed', 'subscriptionRemoved', 'reauthorizationRequired'] as const;

/** {event}: sends the notice now; a removed subscription is gone. */
async function tell({ world, watch, params }: ControlRequest, fields: Fields): Promise<object> {
  const subscription = world.subscriptions.get(params[0]!);
  if (!subscription) throw problem(404, 'NoSubscription', `No subscription has the id '${params[0]}'`);
  const event = oneOf(fields, 'event', EVENTS);
  if (event === undefined) throw badInput(`event must be one of ${EVENTS.join(', ')}`);
  if (subscription.lifecycleNotificationUrl === null && event !== 'subscriptionRemoved')
    throw badInput('The subscription has no lifecycleNotificationUrl, so that nobody can be told');
  await watch.tell(subscription, event);
  return { told: event, subscriptionId: subscription.id };
}
