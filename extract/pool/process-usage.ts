import { readFileSync } from 'node:fs';

/** What a process has taken so far. */
export interface ProcessUsage {
  residentBytes: number;
  cpuMs: number;
}

/** The kernel tells times to programs in hundredths of a second (proc(5), time(7): USER_HZ). */
const tickMs = 10;

/**
 * Null where the platform does not tell, or the process has ended. Read at once: the kernel makes these files from memory in
 * microseconds, where reading them in the background takes ten trips to another thread.
 */
export function usageOf(pid: number): ProcessUsage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // In kilobytes, whatever the size of a page; an ending process has none.
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    // The second field, the name, may hold blanks and brackets: fields are counted from its end; 14 and 15 are the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { residentBytes: kilobytes * 1024, cpuMs: ticks * tickMs };
  } catch {
    return null;
  }
}
