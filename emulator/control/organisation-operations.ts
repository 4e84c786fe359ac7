import type { EntraSettings } from '../data/entra-state.ts';
import { appOf, appProblems, type RawApp } from '../data/folder/app-registration-file.ts';
import { MAILBOX_CLASSES, type AppRegistration, type User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import {
  badInput,
  oneOf,
  optionalBoolean,
  optionalNumber,
  optionalText,
  optionalTexts,
  optionalTime,
  textOf,
  type Fields,
} from './input.ts';

export async function addUser(world: World, fields: Fields): Promise<User> {
  const upn = textOf(fields, 'upn').toLowerCase();
  if (world.findUser(upn)) throw problem(409, 'UserExists', `A user named '${upn}' exists already`);
  const id = (optionalText(fields, 'id') ?? uuidOf(`${world.tenant.id}:added:${upn}`)).toLowerCase();
  if (!isUuid(id)) throw badInput('id must be a UUID');
  if (world.directory.get(id)) throw problem(409, 'UserExists', `An object has the id '${id}' already`);
  const displayName = optionalText(fields, 'displayName') ?? upn.split('@')[0]!;
  const user: User = {
    ...{ id, upn, mail: optionalText(fields, 'mail') ?? upn },
    ...{ aliases: optionalTexts(fields, 'aliases') ?? [], displayName, givenName: null, surname: null },
    ...{ class: oneOf(fields, 'class', MAILBOX_CLASSES) ?? 'user', country: optionalText(fields, 'country') ?? null, department: null },
    ...{ jobTitle: null, officeLocation: null, language: optionalText(fields, 'language') ?? 'en' },
  };
  await world.commit([{ op: 'user.add', user }]);
  return user;
}

/** Into the deleted items, from where it can be restored for 30 days; `hard` for good. */
export async function removeUser(world: World, name: string, hard: boolean): Promise<object> {
  const user = world.findUser(name);
  if (!user) throw problem(404, 'NoUser', `No user is named '${name}'`);
  await world.commit([{ op: 'user.remove', userId: user.id, hard }]);
  return { removed: user.id };
}

/** A new app, or other settings of a known one; what is not given stays. */
export async function setApp(world: World, clientId: string, fields: Fields): Promise<AppRegistration> {
  const problems = appProblems(fields);
  if (problems.length > 0) throw badInput(problems.join('; '));
  const app = appOf(clientId, fields as RawApp, world.findApp(clientId));
  await world.commit([{ op: 'app.set', app }]);
  return app;
}

export async function removeApp(world: World, clientId: string): Promise<object> {
  const app = world.findApp(clientId);
  if (!app) throw problem(404, 'NoApp', `No app has the client id '${clientId}'`);
  await world.commit([{ op: 'app.remove', clientId: app.clientId }]);
  return { removed: app.clientId };
}

/** Lifetime of tokens in seconds (null for Entra's own choice), and whether the tenant's subscription has lapsed. */
export async function setEntra(world: World, fields: Fields): Promise<EntraSettings> {
  const known = world.entra.settings();
  const seconds = fields['tokenLifetimeSeconds'] === null ? null : optionalNumber(fields, 'tokenLifetimeSeconds');
  if (seconds !== undefined && seconds !== null && (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400))
    throw badInput('tokenLifetimeSeconds must be a whole number from 1 to 86400, or null');
  const settings: EntraSettings = {
    tokenLifetimeSeconds: seconds === undefined ? known.tokenLifetimeSeconds : seconds,
    subscriptionLapsed: optionalBoolean(fields, 'subscriptionLapsed') ?? known.subscriptionLapsed,
  };
  await world.commit([{ op: 'entra.settings', settings }]);
  return settings;
}

const MOST_OFFSET_MS = 100 * 366 * 24 * 3_600_000;

/** {advanceMs} moves the clock on, {now} sets it, {offsetMs: 0} takes it back to the machine's. */
export async function setClock(world: World, fields: Fields): Promise<object> {
  const advanceMs = optionalNumber(fields, 'advanceMs');
  const now = optionalTime(fields, 'now');
  const machineMs = world.clock.nowMs() - world.clock.offsetMs();
  const offsetMs = now === undefined ? (optionalNumber(fields, 'offsetMs') ?? world.clock.offsetMs() + (advanceMs ?? 0)) : now - machineMs;
  if (Math.abs(offsetMs) > MOST_OFFSET_MS) throw badInput('The clock can be set to within a hundred years of now');
  await world.commit([{ op: 'clock.set', offsetMs }]);
  return clockOf(world);
}

export function clockOf(world: World): object {
  return { now: new Date(world.clock.nowMs()).toISOString(), offsetMs: world.clock.offsetMs() };
}
