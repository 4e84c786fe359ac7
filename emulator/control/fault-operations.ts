import { PROFILES, setProfile } from '../faults/profiles.ts';
import { QUIRKS, type FaultAnswer, type FaultMatch, type FaultRule } from '../faults/rules.ts';
import type { Latency, LatencySetting } from '../http/latency.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, objectOf, oneOf, optionalBoolean, optionalNumber, optionalText, refuseUnknown, type Fields } from './input.ts';

export const faultRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/faults', handle: ({ faults }) => ({ faults: faults.list() }) },
  { method: 'POST', path: '/faults', handle: async ({ faults, fields }) => faults.add(ruleOf(await fields())) },
  { method: 'DELETE', path: '/faults', handle: clearFaults },
  { method: 'PUT', path: '/faults/profile', handle: putProfile },
  { method: 'DELETE', path: '/faults/*', handle: removeFault },
  { method: 'GET', path: '/latency', handle: ({ latency }) => latency.get() },
  { method: 'PUT', path: '/latency', handle: setLatency },
];

function clearFaults({ faults }: ControlRequest): object {
  faults.clear();
  return { cleared: true };
}

function removeFault({ faults, params }: ControlRequest): object {
  if (params[0] === 'profile') {
    setProfile(faults, undefined);
    return { removed: 'profile' };
  }
  if (!faults.remove(params[0]!)) throw problem(404, 'NoFault', `No fault has the id '${params[0]}'`);
  return { removed: params[0] };
}

async function putProfile({ faults, fields }: ControlRequest): Promise<object> {
  const given = await fields();
  refuseUnknown(given, { name: 'profile', known: ['name', 'seed'] });
  const name = oneOf(given, 'name', PROFILES);
  if (name === undefined) throw badInput(`name must be one of ${PROFILES.join(', ')}`);
  const seed = optionalText(given, 'seed') ?? 'contoso';
  setProfile(faults, { name, seed });
  return { name, seed, faults: faults.list().filter(({ profile }) => profile !== undefined) };
}

async function setLatency({ latency, fields }: ControlRequest): Promise<object> {
  const given = await fields();
  refuseUnknown(given, { name: 'latency', known: ['ms', 'jitterMs', 'byKind'] });
  const byKind = given['byKind'] === undefined ? {} : objectOf(given['byKind'], 'byKind');
  const kinds = Object.entries(byKind).map(
    ([kind, value]) => [kind, latencyOf(objectOf(value, `byKind/${kind}`), `byKind/${kind}/`)] as const,
  );
  const setting: LatencySetting = { ...latencyOf(given, ''), byKind: Object.fromEntries(kinds) };
  latency.set(setting);
  return setting;
}

function latencyOf(fields: Fields, where: string): Latency {
  const [ms, jitterMs] = (['ms', 'jitterMs'] as const).map((name) => {
    const value = optionalNumber(fields, name) ?? 0;
    if (value < 0) throw badInput(`${where}${name} must not be below 0`);
    return value;
  });
  return { ms: ms!, jitterMs: jitterMs! };
}

const MATCH_FIELDS = ['mailbox', 'tenant', 'app', 'path', 'nth', 'share', 'seed', 'linkOlderThanSeconds'];
const ANSWER_FIELDS = [
  ...['status', 'code', 'message', 'retryAfter', 'emptyBody', 'htmlPage', 'reset', 'truncateAtBytes', 'brokenItem', 'contentType'],
  ...['contentLength', 'bytesPerSecond', 'delayMs', 'hang', 'hold', 'expiredLink', 'quirk'],
];

/** Checks a rule: an unknown field would be a fault that never plays. */
function ruleOf(fields: Fields): FaultRule {
  refuseUnknown(fields, { name: 'fault', known: ['match', 'answer', 'count'] });
  const match = fields['match'] === undefined ? {} : objectOf(fields['match'], 'match');
  const answer = objectOf(fields['answer'], 'answer');
  refuseUnknown(match, { name: 'match', known: MATCH_FIELDS });
  refuseUnknown(answer, { name: 'answer', known: ANSWER_FIELDS });
  oneOf(answer, 'quirk', QUIRKS);
  oneOf(answer, 'reset', ['before', 'inBody']);
  oneOf(answer, 'brokenItem', ['bare', 'null', 'inStream']);
  oneOf(answer, 'contentLength', ['tooLong', 'tooShort']);
  inRange(answer, 'status', { least: 300, most: 599 });
  for (const name of ['truncateAtBytes', 'delayMs']) inRange(answer, name, { least: 0, most: 2 ** 31 - 1 });
  inRange(answer, 'bytesPerSecond', { least: 1, most: 2 ** 31 });
  for (const name of ['emptyBody', 'htmlPage', 'hang', 'hold', 'expiredLink']) optionalBoolean(answer, name);
  for (const name of ['code', 'message', 'contentType']) headerText(answer, name);
  for (const name of ['nth', 'share', 'linkOlderThanSeconds']) optionalNumber(match, name);
  for (const name of ['mailbox', 'tenant', 'app', 'seed']) optionalText(match, name);
  const path = optionalText(match, 'path');
  try {
    if (path !== undefined) new RegExp(path);
  } catch {
    throw badInput('match/path must be a regular expression');
  }
  const count = optionalNumber(fields, 'count');
  const seconds = typeof answer['retryAfter'] === 'number' ? String(answer['retryAfter']) : headerText(answer, 'retryAfter');
  const retryAfter = seconds === undefined ? {} : { retryAfter: seconds };
  return { match: match as FaultMatch, answer: { ...(answer as FaultAnswer), ...retryAfter }, ...(count === undefined ? {} : { count }) };
}

function inRange(fields: Fields, name: string, { least, most }: { least: number; most: number }): void {
  const value = optionalNumber(fields, name);
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > most))
    throw badInput(`${name} must be a whole number from ${least} to ${most}`);
}

/** What is sent as a header must be able to stand in one. */
function headerText(fields: Fields, name: string): string | undefined {
  const text = optionalText(fields, name);
  if (text !== undefined && name !== 'message' && /[^\t\x20-\x7e]/.test(text)) throw badInput(`${name} must be plain ASCII on one line`);
  return text;
}
