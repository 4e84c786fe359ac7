import { existsSync, readFileSync } from 'node:fs';

/** True while the process runs; a zombie does not run any more, however late it is collected. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !(existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
}
