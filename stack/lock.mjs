import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock is a file that names its holder. It is made by a hard link, so that it never exists without its content,
 * and a lock whose holder has died is taken over. Plain JavaScript for Node 18: the bootstrap uses it before anything is installed.
 */

/** State and start (in clock ticks since boot) of a process, of which Linux alone tells; null elsewhere. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: fields[19] };
  } catch {
    return null;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isAlive(holder) {
  if (holder.host !== hostname()) return true;
  if (!isRunning(holder.pid)) return false;
  const stat = statOf(holder.pid);
  if (stat === null) return true;
  // A zombie has ended, and a later process may have been given the same id.
  return stat.state !== 'Z' && (holder.start === null || stat.start === holder.start);
}

function read(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isInteger(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}

function link(path) {
  const own = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, start: statOf(process.pid)?.start ?? null, host: hostname() }));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a dead holder's lock away; puts it back when somebody else had taken it over in between. */
function clearStale(path) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const holder = read(aside);
  if (holder !== null && isAlive(holder)) {
    try {
      linkSync(aside, path);
    } catch {
      // A third process holds it by now.
    }
  }
  rmSync(aside, { force: true });
}

/**
 * Takes the lock at `path` if it is free or its holder is dead.
 * Gives `{ release }`, or `{ heldBy }` with the process id that holds it.
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (link(path)) {
      const release = () => {
        if (read(path)?.pid === process.pid) rmSync(path, { force: true });
      };
      return { release };
    }
    const holder = read(path);
    if (holder !== null && isAlive(holder)) return { heldBy: holder.pid };
    clearStale(path);
  }
  return { heldBy: read(path)?.pid ?? 0 };
}

/** Waits until the lock at `path` is ours; `onWait` hears once of the process that holds it. Gives `release`. */
export async function waitForLock(path, onWait = () => {}) {
  let told = false;
  for (;;) {
    const lock = tryLock(path);
    if ('release' in lock) return lock.release;
    if (!told) onWait(lock.heldBy);
    told = true;
    await sleep(200);
  }
}
