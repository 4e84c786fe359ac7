import { setFlagsFromString } from 'node:v8';
import { makeLog } from '../settings/make-log.ts';
import { SettingsError } from '../settings/read-environment.ts';
import { readSettings, type WorkerSettings } from './settings.ts';
import { startWorker, type RunningWorker } from './start-worker.ts';
import { installTelemetry } from './telemetry.ts';

function settingsOrExit(): WorkerSettings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

// Pages that wait for MongoDB outlive V8's young generation, and by default it lets the old one grow to four times what lives
// in it before it looks: a worker that reads full pages took half as much memory again (docs/performance.md).
setFlagsFromString('--heap-growing-percent=60');

const settings = settingsOrExit();
const log = makeLog({ name: 'worker', level: settings.logLevel, format: settings.logFormat });
const metricsAddress = settings.metricsPort === 0 ? null : `${settings.metricsHost}:${settings.metricsPort}`;
const stopping = new AbortController();

try {
  installTelemetry({ log, metricsAddress });
} catch (error) {
  log.fatal(`The metrics cannot be served at ${metricsAddress} (TRAWL_METRICS_PORT): ${(error as Error).message}`);
  process.exit(2);
}

let worker: RunningWorker | null = null;
const stop = () => {
  log.info('Stopping: pages in flight are finished or given back');
  stopping.abort();
  worker?.stop();
};
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);

try {
  worker = await startWorker({ settings, log, signal: stopping.signal });
  if (stopping.signal.aborted) worker.stop();
  await worker.ended;
  log.info('The worker has ended');
} catch (error) {
  if (!stopping.signal.aborted) {
    log.fatal({ err: error }, 'The worker has failed');
    process.exitCode = 1;
  }
}
