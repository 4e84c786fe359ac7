import { buildEmulator, SEED_DEFAULTS, type Emulator } from './build-emulator.ts';
import { HELP, readSettings, type EmulatorSettings } from './settings.ts';

/** Exit codes: 0 stopped as asked, 1 failed, 2 wrong settings. */
async function main(): Promise<void> {
  const settings = settingsOrExit();
  if (settings === 'help') return void process.stdout.write(HELP);
  const { port, controlPort, host, dataDir, seed, mailboxes, messagesPerMailbox } = settings;
  const emulator = await buildEmulator({ dataDir, port, controlPort, host, seed: { ...SEED_DEFAULTS, seed, mailboxes, messagesPerMailbox } });
  stopOnSignal(emulator);
  const running = await emulator.start();
  const { caFile, url, controlUrl } = running;
  const ready = { ready: true, port: running.port, controlPort: running.controlPort, url, controlUrl, caFile, tenantId: emulator.world.tenant.id };
  process.stdout.write(`${JSON.stringify({ ...ready, problems: emulator.world.problems.length })}\n`);
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
