import { MAILBOX_CLASSES, type AppRegistration, type AppSecret, type User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import { badInput, objectOf, oneOf, optionalNumber, optionalText, optionalTexts, optionalTime, textOf, type Fields } from './input.ts';

export async function addUser(world: World, fields: Fields): Promise<User> {
  const upn = textOf(fields, 'upn').toLowerCase();
  if (world.findUser(upn)) throw problem(409, 'UserExists', `A user named '${upn}' exists already`);
  const id = (optionalText(fields, 'id') ?? uuidOf(`${world.tenant.id}:added:${upn}`)).toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw badInput('id must be a UUID');
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

/** A new app, or another set of secrets or roles of a known one; what is not given stays. */
export async function setApp(world: World, clientId: string, fields: Fields): Promise<AppRegistration> {
  const known = world.findApp(clientId);
  const app: AppRegistration = {
    clientId: clientId.toLowerCase(),
    objectId: known?.objectId ?? uuidOf(`servicePrincipal:${clientId}`),
    name: optionalText(fields, 'name') ?? known?.name ?? 'App',
    secrets: fields['secrets'] === undefined ? (known?.secrets ?? []) : secretsOf(fields['secrets']),
    roles: optionalTexts(fields, 'roles') ?? known?.roles ?? [],
  };
  await world.commit([{ op: 'app.set', app }]);
  return app;
}

function secretsOf(value: unknown): AppSecret[] {
  if (!Array.isArray(value)) throw badInput('secrets must be a list');
  return value.map((entry, index) => {
    if (typeof entry === 'string') return { value: entry };
    const fields = objectOf(entry, `secrets/${index}`);
    const expiresMs = optionalTime(fields, 'expires');
    return { value: textOf(fields, 'value'), ...(expiresMs === undefined ? {} : { expiresMs }) };
  });
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
