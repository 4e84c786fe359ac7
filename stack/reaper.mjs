import { createInterface } from 'node:readline';

/**
 * Ends process groups that outlive their starter. The starter writes `+<group>` when it starts one and `-<group>`
 * when that has ended; when the pipe closes, whatever way the starter ended, the groups that are left are told to
 * stop, and killed after a while.
 */
const groups = new Set();
const patienceMs = 8000;

function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isLeft() {
  for (const group of groups) if (!signalGroup(group, 0)) groups.delete(group);
  return groups.size > 0;
}

function finish() {
  for (const group of groups) signalGroup(group, 'SIGTERM');
  const killAt = Date.now() + patienceMs;
  const timer = setInterval(() => {
    const late = Date.now() > killAt;
    if (isLeft() && !late) return;
    clearInterval(timer);
    for (const group of groups) signalGroup(group, 'SIGKILL');
  }, 50);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const group = Number(line.slice(1));
    // Group 0 or 1 would be this process's own or everybody's.
    if (!Number.isInteger(group) || group < 2) return;
    if (line.startsWith('+')) groups.add(group);
    else groups.delete(group);
  })
  .on('close', finish);
