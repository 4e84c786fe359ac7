const longestMs = 24 * 60 * 60 * 1000;

/**
 * How long an answer asks to wait, in milliseconds; null when it does not say or says nothing readable. Takes whole and
 * fractional seconds (Graph sends both: learn.microsoft.com/graph/throttling) and HTTP dates, which are
 * measured from the answer's own `Date` so that a wrong clock here changes nothing. At most a day.
 */
export function readRetryAfterMs(headers: Pick<Headers, 'get'>, nowMs: number = Date.now()): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return clampMs(Math.ceil(Number(value) * 1000));
  if (!/[a-z]/i.test(value)) return null;
  const untilMs = Date.parse(value);
  if (Number.isNaN(untilMs)) return null;
  const sentMs = Date.parse(headers.get('date') ?? '');
  return clampMs(untilMs - (Number.isNaN(sentMs) ? nowMs : sentMs));
}

function clampMs(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), longestMs);
}
