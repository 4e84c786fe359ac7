import { join } from 'node:path';
import type { Ports } from './choose-ports.ts';
import type { DataDir } from './data-dir.ts';
import type { ProcessRunner, RunningProcess } from './process-runner.ts';
import type { SampleTenant } from './sample-source.ts';
import type { Sample } from './start-options.ts';
import type { Environment } from './tool-cache.ts';

const root = join(import.meta.dirname, '..');

/** The local Microsoft 365 that runs. */
export interface Emulator extends SampleTenant {
  controlUrl: string;
  /** The certificate authority of its https. */
  caFile: string;
}

interface ReadyLine {
  url: string;
  controlUrl: string;
  caFile: string;
}

/** The line on stdout by which the emulator says that it listens. */
function readyLine(stdout: readonly string[]): ReadyLine | null {
  const line = stdout.find((text) => text.startsWith('{') && text.includes('"ready":true'));
  return line === undefined ? null : (JSON.parse(line) as ReadyLine);
}

interface Registrations {
  tenant: { id: string };
  apps: { clientId: string; secrets: { value: string }[] }[];
}

/** The first app registration of the organisation: the one a source may use. */
async function registrationOf(controlUrl: string): Promise<Omit<SampleTenant, 'origin'>> {
  const response = await fetch(`${controlUrl}/apps`, { signal: AbortSignal.timeout(5000) });
  const { tenant, apps } = (await response.json()) as Registrations;
  const app = apps.find((candidate) => candidate.secrets.length > 0);
  if (app === undefined) throw new Error('the organisation has no app with a secret; add one to apps in its organisation.json');
  return { tenantId: tenant.id, clientId: app.clientId, secret: app.secrets[0]!.value };
}

function organisationFlags(sample: Sample): string[] {
  if (sample.kind === 'folder') return ['--folder', sample.path];
  const messagesPerMailbox = Math.ceil(sample.messages / sample.users);
  return ['--users', String(sample.users), '--messages', String(messagesPerMailbox)];
}

export interface EmulatorOptions {
  runner: ProcessRunner;
  env: Environment;
  ports: Ports;
  dataDir: DataDir;
  sample: Sample;
}

/** Starts the emulator with its data in the data folder; ready when it says so. */
export function startEmulator({ runner, env, ports, dataDir, sample }: EmulatorOptions): Promise<RunningProcess<Emulator>> {
  const places = [
    '--port',
    String(ports.emulator),
    '--control-port',
    String(ports.emulatorControl),
    '--data-dir',
    dataDir.file('emulator'),
  ];
  return runner.start({
    name: 'emulator',
    file: process.execPath,
    args: [join(root, 'emulator', 'main.ts'), ...places, ...organisationFlags(sample)],
    cwd: root,
    env,
    ready: async (stdout) => {
      const line = readyLine(stdout);
      if (line === null) return null;
      const { url: origin, controlUrl, caFile } = line;
      return { origin, controlUrl, caFile, ...(await registrationOf(controlUrl)) };
    },
    readyWithinMs: 60_000,
  });
}
