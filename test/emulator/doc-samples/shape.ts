/**
 * What of a documented body the given one lacks: names, types and annotations; values, ids and dates aside. Examples are
 * shortened for readability, so that a given body may hold more, but never less. A documented null says nothing of a type.
 */
export function shapeDifferences(documented: unknown, given: unknown, place = ''): string[] {
  if (documented === null || documented === undefined) return [];
  if (Array.isArray(documented)) {
    if (!Array.isArray(given)) return [`${place || '/'} is ${typeName(given)}, not a list`];
    return documented.flatMap((element, index) => elementDifferences(element, given as unknown[], `${place}/${index}`));
  }
  if (typeof documented === 'object') return objectDifferences(documented as Record<string, unknown>, given, place);
  return typeName(documented) === typeName(given) ? [] : [`${place || '/'} is ${typeName(given)}, not ${typeName(documented)}`];
}

function objectDifferences(documented: Record<string, unknown>, given: unknown, place: string): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [`${place || '/'} is ${typeName(given)}, not an object`];
  const held = given as Record<string, unknown>;
  return Object.entries(documented).flatMap(([name, value]) => {
    const at = `${place}/${name}`;
    if (!(name in held)) return [`${at} is missing`];
    if (name === '@odata.type') return value === held[name] ? [] : [`${at} is ${String(held[name])}, not ${String(value)}`];
    if (name === '@odata.context') return contextDifferences(String(value), String(held[name]), at);
    return shapeDifferences(value, held[name], at);
  });
}

/** An element of a documented list must look like one of the given ones. */
function elementDifferences(documented: unknown, given: readonly unknown[], place: string): string[] {
  let nearest: string[] = [`${place} has no counterpart: the list is empty`];
  for (const [index, candidate] of given.entries()) {
    const differences = shapeDifferences(documented, candidate, place);
    if (differences.length === 0) return [];
    if (index === 0 || differences.length < nearest.length) nearest = differences;
  }
  return nearest;
}

/** The fragment names set, selection and form; ids and letter case within it vary from page to page. */
function contextDifferences(documented: string, given: string, place: string): string[] {
  const form = (url: string) =>
    decodeURIComponent(url.slice(url.indexOf('#') + 1))
      .replaceAll(/\('[^']*'\)|\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "('…')")
      .toLowerCase();
  return form(documented) === form(given) ? [] : [`${place} is #${form(given)}, not #${form(documented)}`];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
