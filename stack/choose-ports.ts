import { freePort, isFree } from './free-ports.ts';
import { exitCodes, stackError } from './stack-error.ts';
import type { Say } from './first-that-works.ts';
import type { Environment } from './tool-cache.ts';

export const usualPorts = {
  mongod: 27017,
  temporal: 7233,
  temporalUi: 8233,
  emulator: 8443,
  emulatorControl: 8444,
  api: 8080,
  workerMetrics: 9464,
} as const;
export type Ports = Record<keyof typeof usualPorts, number>;

/** Ports that a setting names: those are taken as given or not at all. */
const settings: Partial<Record<keyof Ports, string>> = { api: 'TRAWL_API_PORT', workerMetrics: 'TRAWL_METRICS_PORT' };

/** What is stored by others under this port: the crawl's cursors are links of the emulator. */
const fixedOnceUsed: readonly (keyof Ports)[] = ['emulator'];

async function choose(
  name: keyof Ports,
  { remembered, taken, env }: { remembered: number | undefined; taken: Set<number>; env: Environment },
): Promise<number> {
  const setting = settings[name];
  const asked = setting === undefined ? undefined : env[setting];
  if (setting !== undefined && asked && Number(asked) > 0) {
    if (await isFree(Number(asked))) return Number(asked);
    throw stackError(exitCodes.configuration, `Port ${asked} of ${setting} is taken by another process. Stop that, or set another port.`);
  }
  if (remembered !== undefined && fixedOnceUsed.includes(name) && !(await isFree(remembered))) {
    const why = `the ${name} used it before and what was crawled points to it`;
    throw stackError(
      exitCodes.configuration,
      `Port ${remembered} is taken by another process; ${why}. Stop that process, or add --reset to begin anew.`,
    );
  }
  const wished = [remembered, usualPorts[name]].filter((port) => port !== undefined && !taken.has(port)) as number[];
  return freePort(wished);
}

/**
 * A port for each process: the one it had last time, else its usual one, else a free one, which is said.
 * Throws with exit code 2 when a port that must be had is taken.
 */
export async function choosePorts({ remembered, env, say }: { remembered: Partial<Ports>; env: Environment; say: Say }): Promise<Ports> {
  const ports: Partial<Ports> = {};
  for (const name of Object.keys(usualPorts) as (keyof Ports)[]) {
    const taken = new Set(Object.values(ports));
    let port = await choose(name, { remembered: remembered[name], taken, env });
    while (taken.has(port)) port = await freePort();
    if (port !== usualPorts[name] && port !== remembered[name]) say(`port ${usualPorts[name]} (${name}) is taken; using ${port}`);
    ports[name] = port;
  }
  return ports as Ports;
}
