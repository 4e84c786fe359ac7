/** The most bytes that a character of a JavaScript string takes in UTF-8 (one of two units takes four). */
const bytesPerUnit = 3;
/** More than the type, the end of a name and any number, date or null take in BSON. */
const bytesPerValue = 24;

/**
 * At least as many bytes as the value takes in BSON. Says for most pages that they are far from every limit at a
 * fraction of the cost of computing their size. For plain objects, arrays, dates, strings, numbers and nothing else.
 */
export function sizeBound(value: unknown): number {
  if (typeof value === 'string') return bytesPerValue + bytesPerUnit * value.length;
  if (typeof value !== 'object' || value === null || value instanceof Date) return bytesPerValue;
  let bytes = bytesPerValue;
  if (Array.isArray(value)) for (const entry of value) bytes += bytesPerValue + sizeBound(entry);
  else for (const name in value) bytes += bytesPerUnit * name.length + sizeBound((value as Record<string, unknown>)[name]);
  return bytes;
}
