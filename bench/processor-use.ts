import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Linux counts processor time for programs in hundredths of a second, whatever its own clock is (man 5 proc_pid_stat, USER_HZ). */
const ticksPerSecond = 100;

/** Processor seconds used so far: by each process, and by the whole machine. */
export interface ProcessorUse {
  atMs: number;
  byProcess: Record<string, number>;
  machine: { busy: number; idle: number };
}

/** The difference of two looks, in seconds. */
export interface UseBetween {
  seconds: number;
  byProcess: Record<string, number>;
  /** Share of the machine's processor time that nobody used, 0 to 1. */
  idleShare: number;
  /** Share that went to none of these processes, 0 to 1: the kernel's own work, and whatever else runs on the machine. */
  otherShare: number;
}

interface ProcessTimes {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for, theirs included. */
  ended: number;
}

function timesOf(pid: number | string): ProcessTimes {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name stands in brackets and may hold blanks; ppid is field 4, utime, stime, cutime and cstime are 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const seconds = (field: number) => (Number(fields[field - 3]) + Number(fields[field - 2])) / ticksPerSecond;
  return { parent: Number(fields[1]), own: seconds(14), ended: seconds(16) };
}

/** Everything that descends from a process: what has ended is counted by who waited for it, so that the sum never shrinks. */
function childrenSeconds(root: number): number {
  const byParent = new Map<number, { pid: number; times: ProcessTimes }[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const times = timesOf(name);
      byParent.set(times.parent, [...(byParent.get(times.parent) ?? []), { pid: Number(name), times }]);
    } catch {
      // It has ended since it was listed.
    }
  }
  const below = (pid: number): number =>
    (byParent.get(pid) ?? []).reduce((sum, child) => sum + child.times.own + child.times.ended + below(child.pid), 0);
  return timesOf(root).ended + below(root);
}

function machineSeconds(): ProcessorUse['machine'] {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { busy: (user + nice + system + irq + softirq) / ticksPerSecond, idle: (idle + iowait) / ticksPerSecond };
}

/**
 * Looks at the processor time that processes have used, by name and pid; of `childrenOf`, by name and pid, at what their
 * children have used, living and ended ones. Throws an Error for a process that is gone.
 */
export function readProcessorUse(
  pids: Readonly<Record<string, number>>,
  { childrenOf = {} }: { childrenOf?: Readonly<Record<string, number>> } = {},
): ProcessorUse {
  const own = Object.entries(pids).map(([name, pid]) => [name, timesOf(pid).own] as const);
  const children = Object.entries(childrenOf).map(([name, pid]) => [name, childrenSeconds(pid)] as const);
  return { atMs: performance.now(), byProcess: Object.fromEntries([...own, ...children]), machine: machineSeconds() };
}

/** What was used between two looks at the same processes. */
export function useBetween(before: ProcessorUse, after: ProcessorUse): UseBetween {
  const byProcess = Object.fromEntries(
    Object.keys(before.byProcess).map((name) => [name, after.byProcess[name]! - before.byProcess[name]!]),
  );
  const idle = after.machine.idle - before.machine.idle;
  const busy = after.machine.busy - before.machine.busy;
  const all = Math.max(idle + busy, 1 / ticksPerSecond);
  const ours = Object.values(byProcess).reduce((sum, seconds) => sum + seconds, 0);
  return { seconds: (after.atMs - before.atMs) / 1000, byProcess, idleShare: idle / all, otherShare: Math.max(0, busy - ours) / all };
}

/** The most memory that a process has had resident, in MiB. */
export function peakMemoryMib(pid: number | 'self'): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}

export const processors = availableParallelism();
