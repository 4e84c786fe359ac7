/** How each property of a type is worked out, so that nothing is made that nobody selected. */
export type PropertyTable<Value> = Readonly<Record<string, (value: Value) => unknown>>;

export function nulls(names: readonly string[]): Record<string, () => null> {
  return Object.fromEntries(names.map((name) => [name, () => null]));
}

export function emptyLists(names: readonly string[]): Record<string, () => unknown[]> {
  return Object.fromEntries(names.map((name) => [name, () => []]));
}
