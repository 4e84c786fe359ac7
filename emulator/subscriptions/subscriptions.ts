import { randomUUID } from 'node:crypto';
import type { Subscription } from '../data/subscription-state.ts';
import type { Caller } from '../entra/access.ts';
import { created, json, noContent, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { jsonBody } from '../http/json-body.ts';
import { contextUrl, linkWith } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import { checkedUrl, shakeHands } from './endpoint.ts';
import { askedSubscription, expiryOf, mostMinutesOf, requiredText } from './input.ts';
import { isOutlook, WATCHED_KINDS } from './resources.ts';

const ONE = '/subscriptions/{subscription-id}';
const MOST_PER_MAILBOX = 1_000;
const MOST_DIRECTORY_PER_APP = 100;
const PAGE_SIZE = 100;

/** learn.microsoft.com/graph/api/resources/subscription; what one needs to be allowed to depends on the resource. */
export const subscriptionRoutes: readonly GraphRoute[] = [
  serviceRoute('/subscriptions', { kind: 'subscriptions.list', roles: [], handle: listSubscriptions }),
  serviceRoute('/subscriptions', { kind: 'subscriptions.create', roles: [], method: 'POST', handle: createSubscription }),
  serviceRoute(ONE, { kind: 'subscriptions.get', roles: [], handle: (context) => json(answerOf(context, ownSubscription(context))) }),
  serviceRoute(ONE, { kind: 'subscriptions.renew', roles: [], method: 'PATCH', handle: renewSubscription }),
  serviceRoute(ONE, { kind: 'subscriptions.delete', roles: [], method: 'DELETE', handle: deleteSubscription }),
  serviceRoute(`${ONE}/reauthorize`, { kind: 'subscriptions.reauthorize', roles: [], method: 'POST', handle: reauthorize }),
];

function render(subscription: Subscription): object {
  const { id, resource, applicationId, changeType, clientState, notificationUrl, notificationQueryOptions } = subscription;
  const { lifecycleNotificationUrl, expiresMs, creatorId, includeResourceData, latestSupportedTlsVersion } = subscription;
  const { encryptionCertificate, encryptionCertificateId, notificationUrlAppId } = subscription;
  return {
    ...{ id, resource, applicationId, changeType, clientState, notificationUrl, notificationQueryOptions },
    ...{
      notificationContentType: 'application/json',
      lifecycleNotificationUrl,
      expirationDateTime: new Date(expiresMs).toISOString(),
      creatorId,
    },
    ...{ includeResourceData, latestSupportedTlsVersion, encryptionCertificate, encryptionCertificateId, notificationUrlAppId },
  };
}

function answerOf({ request }: GraphContext, subscription: Subscription): object {
  return { '@odata.context': contextUrl(request, 'subscriptions/$entity'), ...render(subscription) };
}

function isActive({ world }: GraphContext, { expiresMs }: Subscription): boolean {
  return expiresMs > world.clock.nowMs();
}

/** Those of the app, or of the person through the app. */
function isOwn({ caller, world }: GraphContext, subscription: Subscription): boolean {
  return subscription.applicationId.toLowerCase() === caller.appId.toLowerCase() && subscription.creatorId === creatorOf(caller, world);
}

function creatorOf(caller: Caller, world: GraphContext['world']): string {
  return caller.userId ?? world.findApp(caller.appId)?.objectId ?? caller.appId;
}

function ownSubscription(context: GraphContext): Subscription {
  const found = context.world.subscriptions.get(context.params['subscription-id']!.toLowerCase());
  if (!found || !isOwn(context, found) || !isActive(context, found)) throw problem(404, 'ResourceNotFound', 'The object was not found.');
  return found;
}

function listSubscriptions(context: GraphContext): Answer {
  const { request, world } = context;
  const own = world.subscriptions.all().filter((subscription) => isOwn(context, subscription) && isActive(context, subscription));
  const token = request.query.get('$skiptoken') ?? '0';
  if (!/^\d{1,9}$/.test(token)) throw problem(400, 'InvalidRequest', 'The $skiptoken is not valid.');
  const from = Number(token);
  return json({
    '@odata.context': contextUrl(request, 'subscriptions'),
    ...(from + PAGE_SIZE < own.length
      ? { '@odata.nextLink': linkWith(request, { name: '$skiptoken', value: String(from + PAGE_SIZE) }) }
      : {}),
    value: own.slice(from, from + PAGE_SIZE).map(render),
  });
}

async function createSubscription(context: GraphContext): Promise<Answer> {
  const { request, world, caller, roles } = context;
  const asked = askedSubscription(await jsonBody(request), { world, caller, roles });
  const subscription: Subscription = {
    ...{ id: randomUUID(), ...asked, applicationId: caller.appId, creatorId: creatorOf(caller, world) },
    ...{ immutableIds: request.prefer.immutableIds, serviceRoot: request.serviceRoot },
  };
  checkLimits(context, subscription);
  for (const url of new Set([subscription.notificationUrl, subscription.lifecycleNotificationUrl]))
    if (url !== null) await shakeHands(url, randomUUID());
  // Others may have come while the endpoint was asked.
  checkLimits(context, subscription);
  await world.commit([{ op: 'subscription.set', subscription }]);
  return created(answerOf(context, subscription));
}

function checkLimits(context: GraphContext, wanted: Subscription): void {
  const active = context.world.subscriptions.all().filter((subscription) => isActive(context, subscription));
  const place = (subscription: Subscription) =>
    JSON.stringify([subscription.resource.toLowerCase().replace(/^\//, ''), subscription.changeTypes.toSorted()]);
  if (active.some((known) => isOwn(context, known) && place(known) === place(wanted)))
    throw problem(409, 'Conflict', 'A subscription with the same resource and changeType exists already.');
  const { kind, owner } = wanted.watched;
  const atMailbox = active.filter(({ watched }) => isOutlook(watched.kind) && watched.owner === owner).length;
  if (isOutlook(kind) && atMailbox >= MOST_PER_MAILBOX)
    throw problem(403, 'ExtensionError', `The mailbox has reached its limit of ${MOST_PER_MAILBOX} active subscriptions.`);
  const inDirectory = active.filter(
    ({ watched, applicationId }) => ['user', 'group'].includes(watched.kind) && applicationId === wanted.applicationId,
  ).length;
  if (['user', 'group'].includes(kind) && inDirectory >= MOST_DIRECTORY_PER_APP)
    throw problem(
      403,
      'ExtensionError',
      `The application has reached its limit of ${MOST_DIRECTORY_PER_APP} subscriptions in this tenant.`,
    );
}

/** Renewing reauthorizes too: learn.microsoft.com/graph/change-notifications-lifecycle-events. */
async function renewSubscription(context: GraphContext): Promise<Answer> {
  const { request, world } = context;
  const known = ownSubscription(context);
  const body = await jsonBody(request);
  checkPermission(context, known);
  const fixed = Object.keys(body).find((name) => !name.startsWith('@') && name !== 'expirationDateTime' && name !== 'notificationUrl');
  if (fixed !== undefined) throw problem(400, 'InvalidRequest', `The property '${fixed.slice(0, 60)}' cannot be updated.`);
  if (!('expirationDateTime' in body) && !('notificationUrl' in body))
    throw problem(400, 'InvalidRequest', "The required property 'expirationDateTime' is missing.");
  const notificationUrl =
    'notificationUrl' in body ? checkedUrl(requiredText(body, 'notificationUrl'), 'notificationUrl') : known.notificationUrl;
  const expiresMs = 'expirationDateTime' in body ? expiryOf(body, { world, mostMinutes: mostMinutesOf(known) }) : known.expiresMs;
  if (notificationUrl !== known.notificationUrl) await shakeHands(notificationUrl, randomUUID());
  // It may be gone by now.
  const subscription = { ...ownSubscription(context), expiresMs, notificationUrl };
  await world.commit([{ op: 'subscription.set', subscription }]);
  return json(answerOf(context, subscription));
}

function checkPermission({ roles }: GraphContext, { watched }: Subscription): void {
  const kind = WATCHED_KINDS[watched.kind];
  if (!kind.roles.some((role) => roles.has(role))) throw kind.denied();
}

async function deleteSubscription(context: GraphContext): Promise<Answer> {
  await context.world.commit([{ op: 'subscription.remove', id: ownSubscription(context).id }]);
  return noContent();
}

async function reauthorize(context: GraphContext): Promise<Answer> {
  const subscription = ownSubscription(context);
  checkPermission(context, subscription);
  await context.world.commit([{ op: 'subscription.set', subscription: { ...subscription, remindedMs: subscription.expiresMs } }]);
  return noContent();
}
