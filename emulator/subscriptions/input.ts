import type { Subscription } from '../data/subscription-state.ts';
import type { World } from '../data/world.ts';
import type { Caller } from '../entra/access.ts';
import type { JsonObject } from '../http/json-body.ts';
import { problem } from '../http/problem.ts';
import { parseCertificate } from './encryption.ts';
import { checkedUrl } from './endpoint.ts';
import { isOutlook, WATCHED_KINDS, watchedBy } from './resources.ts';

const LEAST_MINUTES = 45;
const MINUTE_MS = 60_000;
const MOST_STATE_CHARS = 128;
const TLS_VERSIONS = ['v1_0', 'v1_1', 'v1_2', 'v1_3'];

export type Asked = Omit<Subscription, 'id' | 'applicationId' | 'creatorId' | 'immutableIds' | 'serviceRoot'>;

function invalid(message: string): Error {
  return problem(400, 'InvalidRequest', message);
}

/** The body of POST /subscriptions. Throws Graph's 400 and 403. */
export function askedSubscription(body: JsonObject, of: { world: World; caller: Caller; roles: ReadonlySet<string> }): Asked {
  const { world, caller, roles } = of;
  const resource = requiredText(body, 'resource');
  const changeType = requiredText(body, 'changeType');
  const notificationUrl = checkedUrl(requiredText(body, 'notificationUrl'), 'notificationUrl');
  const lifecycle = optionalText(body, 'lifecycleNotificationUrl');
  const watched = watchedBy(world, resource, caller);
  const kind = WATCHED_KINDS[watched.kind];
  if (!kind.roles.some((role) => roles.has(role))) throw kind.denied();
  const includeResourceData = optionalFlag(body, 'includeResourceData');
  const clientState = optionalText(body, 'clientState');
  if (clientState !== null && clientState.length > MOST_STATE_CHARS)
    throw invalid(`clientState must not be longer than ${MOST_STATE_CHARS} characters.`);
  const latestSupportedTlsVersion = optionalText(body, 'latestSupportedTlsVersion') ?? 'v1_2';
  if (!TLS_VERSIONS.includes(latestSupportedTlsVersion))
    throw invalid(`latestSupportedTlsVersion must be one of ${TLS_VERSIONS.join(', ')}.`);
  if (includeResourceData && kind.mostMinutesWithData === undefined) throw invalid(`Resource data is not supported for '${resource}'.`);
  // learn.microsoft.com/graph/outlook-change-notifications-overview
  if (includeResourceData && isOutlook(watched.kind) && !watched.select)
    throw invalid('A $select clause is required in resource when includeResourceData is true.');
  return {
    ...{ resource, watched, changeType, changeTypes: changeTypesOf(changeType, kind.changeTypes), clientState, notificationUrl },
    lifecycleNotificationUrl: lifecycle === null ? null : checkedUrl(lifecycle, 'lifecycleNotificationUrl'),
    notificationQueryOptions: optionalText(body, 'notificationQueryOptions'),
    expiresMs: expiryOf(body, { world, mostMinutes: includeResourceData ? kind.mostMinutesWithData! : kind.mostMinutes }),
    ...{ includeResourceData, latestSupportedTlsVersion, ...certificateOf(body, includeResourceData === true) },
    notificationUrlAppId: optionalText(body, 'notificationUrlAppId'),
  };
}

/** Less than 45 minutes are raised to 45: learn.microsoft.com/graph/api/resources/subscription. */
export function expiryOf(body: JsonObject, of: { readonly world: World; readonly mostMinutes: number }): number {
  const text = requiredText(body, 'expirationDateTime');
  const expiresMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(expiresMs)) throw invalid('expirationDateTime is not a valid date and time.');
  const nowMs = of.world.clock.nowMs();
  if (expiresMs <= nowMs) throw invalid('Subscription expiration must be a time in the future.');
  if (expiresMs > nowMs + of.mostMinutes * MINUTE_MS)
    throw invalid(`Subscription expiration can only be ${of.mostMinutes} minutes in the future.`);
  return Math.max(expiresMs, nowMs + LEAST_MINUTES * MINUTE_MS);
}

export function mostMinutesOf({ watched, includeResourceData }: Subscription): number {
  const kind = WATCHED_KINDS[watched.kind];
  return (includeResourceData ? kind.mostMinutesWithData : undefined) ?? kind.mostMinutes;
}

function changeTypesOf(text: string, allowed: readonly string[]): string[] {
  const types = text.split(',').map((type) => type.trim().toLowerCase());
  for (const type of types) {
    if (!['created', 'updated', 'deleted'].includes(type)) throw invalid(`'${type.slice(0, 40)}' is not a valid changeType.`);
    if (!allowed.includes(type))
      throw invalid(`The changeType '${type}' is not supported for the resource; it takes ${allowed.join(', ')}.`);
  }
  return [...new Set(types)];
}

function certificateOf(body: JsonObject, isNeeded: boolean): Pick<Subscription, 'encryptionCertificate' | 'encryptionCertificateId'> {
  const encryptionCertificate = optionalText(body, 'encryptionCertificate');
  const encryptionCertificateId = optionalText(body, 'encryptionCertificateId');
  if (isNeeded && !encryptionCertificate) throw invalid('encryptionCertificate is required when includeResourceData is true.');
  if (isNeeded && !encryptionCertificateId) throw invalid('encryptionCertificateId is required when includeResourceData is true.');
  if (encryptionCertificateId !== null && encryptionCertificateId.length > MOST_STATE_CHARS)
    throw invalid(`encryptionCertificateId must not be longer than ${MOST_STATE_CHARS} characters.`);
  if (encryptionCertificate) parseCertificate(encryptionCertificate);
  return { encryptionCertificate, encryptionCertificateId };
}

export function requiredText(body: JsonObject, name: string): string {
  const value = optionalText(body, name);
  if (value === null || value === '') throw invalid(`The required property '${name}' is missing.`);
  return value;
}

export function optionalText(body: JsonObject, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(`The property '${name}' must be a string.`);
  return value;
}

function optionalFlag(body: JsonObject, name: string): boolean | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'boolean') throw invalid(`The property '${name}' must be true or false.`);
  return value;
}
