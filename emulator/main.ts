import { buildEmulator, SEED_DEFAULTS, type Emulator, type RunningEmulator } from './build-emulator.ts';
import { loadOrganisation } from './data/folder/organisation.ts';
import { seedOrganisation } from './data/seed/organisation.ts';
import { HELP, readSettings, type EmulatorSettings } from './settings.ts';

/** Exit codes: 0 stopped as asked, 1 failed, 2 wrong settings. */
async function main(): Promise<void> {
  const settings = settingsOrExit();
  if (settings === 'help') return void process.stdout.write(HELP);
  const { port, controlPort, host, dataDir, folder, proxyPort, openapi, calendarViewDays } = settings;
  const { withoutAttachments } = settings;
  const size = { mailboxes: settings.users, messagesPerMailbox: settings.messages };
  const seed = { ...SEED_DEFAULTS, seed: settings.seed, ...size, withoutAttachments };
  const organisation = folder === undefined ? seedOrganisation(seed) : await loadOrganisation(folder);
  const profile = settings.profile === undefined ? undefined : { name: settings.profile, seed: settings.seed };
  const emulator = await buildEmulator({ dataDir, port, controlPort, host, organisation, proxyPort, profile, openapi, calendarViewDays });
  stopOnSignal(emulator);
  const running = await emulator.start();
  reportProblems(emulator);
  process.stdout.write(`${JSON.stringify(readyLine(emulator, running))}\n`);
}

/** What a client needs. The secret opens nothing but this emulator. */
function readyLine({ world }: Emulator, running: RunningEmulator): object {
  const { port, controlPort, url, controlUrl, caFile } = running;
  const app = world.apps()[0];
  const access = { tenantId: world.tenant.id, clientId: app?.clientId ?? null, secret: app?.secrets[0]?.value ?? null };
  return {
    ready: true,
    port,
    controlPort,
    url,
    controlUrl,
    caFile,
    ...(running.proxyPort === undefined ? {} : { proxyPort: running.proxyPort }),
    ...access,
    users: world.users().length,
    problems: world.problems.length,
  };
}

const REPORTED_PROBLEMS = 20;

function reportProblems({ world }: Emulator): void {
  for (const { file, field, problem, outcome } of world.problems.slice(0, REPORTED_PROBLEMS)) {
    process.stderr.write(`${file}${field ? ` (${field})` : ''}: ${problem}; ${outcome}\n`);
  }
  const rest = world.problems.length - REPORTED_PROBLEMS;
  if (rest > 0) process.stderr.write(`… and ${rest} more: GET /problems on the control interface lists them all\n`);
}

function settingsOrExit(): EmulatorSettings | 'help' {
  try {
    return readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nSee --help.\n`);
    process.exit(2);
  }
}

function stopOnSignal(emulator: Emulator): void {
  const stop = () => {
    emulator.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The emulator did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`The emulator could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
