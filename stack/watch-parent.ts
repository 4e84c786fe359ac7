import type { Environment } from './tool-cache.ts';

/** Calls `stop` once when the bootstrap that started this process has died, which leaves nobody to pass signals on. */
export function watchParent(env: Environment, stop: () => void): void {
  if (env['TRAWL_BOOTSTRAP_PID'] !== String(process.ppid)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}
