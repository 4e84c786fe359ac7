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
  port: number;
  controlPort: number;
  caFile: string;
  tenantId: string;
  clientId: string;
  secret: string;
}

/** The line on stdout by which the emulator says that it listens, and how an app may enter. */
function readyLine(stdout: readonly string[]): ReadyLine | null {
  const line = stdout.find((text) => text.startsWith('{') && text.includes('"ready":true'));
  return line === undefined ? null : (JSON.parse(line) as ReadyLine);
}

/** Starts the emulator with its data in the data folder; ready when it says so. */
export function startEmulator(options: {
  runner: ProcessRunner;
  env: Environment;
  ports: Ports;
  dataDir: DataDir;
  sample: Sample;
}): Promise<RunningProcess<Emulator>> {
  const { runner, env, ports, dataDir, sample } = options;
  const organisation =
    sample.kind === 'folder'
      ? ['--folder', sample.path]
      : ['--users', String(sample.users), '--messages', String(Math.ceil(sample.messages / sample.users))];
  return runner.start({
    name: 'emulator',
    file: process.execPath,
    args: [
      join(root, 'emulator', 'main.ts'),
      ...[
        '--port',
        String(ports.emulator),
        '--control-port',
        String(ports.emulatorControl),
        '--data-dir',
        dataDir.file('emulator'),
        ...organisation,
      ],
    ],
    cwd: root,
    env,
    ready: async (stdout) => {
      const line = readyLine(stdout);
      if (line === null) return null;
      const { caFile, tenantId, clientId, secret } = line;
      return {
        origin: `https://localhost:${line.port}`,
        controlUrl: `http://127.0.0.1:${line.controlPort}`,
        caFile,
        tenantId,
        clientId,
        secret,
      };
    },
    readyWithinMs: 60_000,
  });
}
