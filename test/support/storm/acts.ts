import { createRandom, type Random } from '../../crawl/world/random.ts';
import type { Organisation } from '../organisation.ts';
import type { Service } from '../service.ts';
import { waitFor } from '../wait-for.ts';

/** Something terrible that happens while a crawl runs. Resolves when whoever it concerns is well again. */
export interface Act {
  what: string;
  happen(): Promise<void>;
}

export interface StormScene {
  organisation: Organisation;
  sourceId: string;
  random: Random;
  /** Mailboxes in which nobody works: they may vanish. */
  still: readonly string[];
}

const hourMs = 3_600_000;

/** The faults of a profile, which the emulator forgets when it is killed. */
interface Weather {
  play(name: 'weekday' | 'storm'): Promise<void>;
  playAgain(): Promise<void>;
}

function weatherOf({ organisation, random }: StormScene): Weather {
  const { tenant } = organisation;
  let profile: object = { name: 'calm' };
  const put = () => tenant.control('PUT', '/faults/profile', profile);
  return {
    play: async (name) => {
      profile = { name, seed: `storm-${random.below(1_000_000)}` };
      await put();
    },
    playAgain: async () => void (await put()),
  };
}

/** Waits until the source says that it is blocked. */
async function untilBlocked({ organisation, sourceId }: StormScene): Promise<void> {
  const blocked = async () => {
    const { state, stateReason } = await organisation.source(sourceId);
    if (state === 'waiting') await organisation.command(sourceId, 'run-now');
    if (state === 'blocked') return stateReason;
    throw new Error(`it is ${state} ${stateReason?.code ?? ''}`);
  };
  await waitFor('the source to be blocked', blocked, { timeoutMs: 180_000 });
}

/** Acts that kill a process with -9 and start it again. */
function killings(scene: StormScene, weather: Weather): Act[] {
  const { api, temporal, mongod, emulator, workers } = scene.organisation;
  const services: Service<unknown>[] = [api, temporal, ...(mongod === null ? [] : [mongod]), ...workers];
  const kill = (service: Service<unknown>): Act => ({
    what: `kill -9 of ${service.name}`,
    happen: async () => {
      await service.kill();
      await service.start();
    },
  });
  const ofEmulator = kill(emulator);
  const happen = async () => {
    await ofEmulator.happen();
    await weather.playAgain();
  };
  return [...services.map(kill), { what: ofEmulator.what, happen }];
}

/** Acts upon the app registration; time passes with them, so that no token of before is valid any more. */
function appActs(scene: StormScene): Act[] {
  const { organisation, sourceId, random } = scene;
  const { tenant, client, credentialId, emulator } = organisation;
  const lateness = () => tenant.control('POST', '/clock', { advanceMs: 2 * hourMs });
  const change = async (changes: object) => {
    await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, changes);
    await lateness();
  };
  const replaceSecret = async () => {
    const secret = `secret-${random.below(1_000_000_000)}`;
    await change({ secrets: [secret] });
    await untilBlocked(scene);
    await client.call('PUT', `/v1/credentials/${credentialId}/secret`, { secret });
  };
  const withdrawConsent = async () => {
    const { apps } = await tenant.control<{ apps: { clientId: string; roles: string[] }[] }>('GET', '/apps');
    const { roles } = apps.find(({ clientId }) => clientId === emulator.answer.clientId)!;
    await change({ roles: [] });
    await untilBlocked(scene);
    await change({ roles });
    await organisation.command(sourceId, 'run-now');
  };
  return [
    { what: 'every token expires', happen: async () => void (await lateness()) },
    { what: 'the secret is replaced', happen: replaceSecret },
    { what: 'consent is withdrawn and given back', happen: withdrawConsent },
  ];
}

/** Acts by which folders and mailboxes vanish while they may be read. */
function vanishings({ organisation, sourceId, random, still }: StormScene): Act[] {
  const { tenant, db } = organisation;
  const victims = [...still];
  const nextVictim = () => victims.splice(random.below(victims.length), 1)[0]!;
  const folder = async () => {
    // Below another one: folders at the top may be well-known ones, which nobody can delete. One that is being read, if there is any.
    const filter = { sourceId, mailboxId: { $in: victims }, kind: 'messages', crawled: true, endedAt: null, path: /\// };
    const find = () => db.collection('streams').findOne(filter, { sort: { 'cursor.at': 1, _id: 1 } });
    const stream = await waitFor('a folder below another one', find, { timeoutMs: 60_000 });
    await tenant.control('DELETE', `/mailboxes/${stream['mailboxId']}/folders/${stream['graphId']}?hard=true`);
  };
  const whole = async () => {
    const victim = nextVictim();
    await tenant.control('DELETE', `/users/${victim}`);
    const asked = async () => (await tenant.stats()).byMailbox[victim];
    const before = JSON.stringify(await asked());
    // Comes back when somebody has looked for it in vain, or the cycle is over in which it would have been.
    const looked = async () => JSON.stringify(await asked()) !== before || (await organisation.source(sourceId)).state === 'waiting';
    await waitFor('a look at the mailbox that vanished', looked, { timeoutMs: 60_000, everyMs: 50 }).catch(() => undefined);
    await tenant.control('POST', `/users/${victim}/restore`);
  };
  const forGood = async () => void (await tenant.control('DELETE', `/users/${nextVictim()}?hard=true`));
  return [
    { what: 'a folder vanishes', happen: folder },
    { what: 'a mailbox vanishes and comes back', happen: whole },
    { what: 'a mailbox vanishes for good', happen: forGood },
  ];
}

/** All acts, and the weather that they happen in. */
export function stormActs(scene: StormScene): Act[] {
  const weather = weatherOf({ ...scene, random: createRandom(scene.random.below(2 ** 31)) });
  const weathers = (['weekday', 'storm'] as const).map((name): Act => ({
    what: `the weather turns to ${name}`,
    happen: () => weather.play(name),
  }));
  return [...weathers, ...killings(scene, weather), ...appActs(scene), ...vanishings(scene)];
}
