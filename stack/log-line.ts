/** pino writes levels as numbers, 50 being an error; the servers write words. */
export function isError(line: string): boolean {
  try {
    const { level, s } = JSON.parse(line) as { level?: unknown; s?: unknown };
    if (typeof level === 'number') return level >= 50;
    return s === 'E' || s === 'F' || level === 'error' || level === 'fatal';
  } catch {
    return false;
  }
}

/** The words of a JSON log line, or the line itself. */
export function readable(line: string): string {
  try {
    const record = JSON.parse(line) as { msg?: unknown; problem?: unknown; err?: { message?: unknown } };
    const why = record.problem ?? record.err?.message;
    if (typeof record.msg !== 'string') return line;
    return typeof why === 'string' ? `${record.msg}: ${why}` : record.msg;
  } catch {
    return line;
  }
}

/** The emulator says how its app may enter; a log is no place for that. */
export function withoutSecret(line: string): string {
  return line.replaceAll(/"secret":"[^"]*"/g, '"secret":"[redacted]"');
}
