/** Puts an entry into a map that holds `most` of them: the oldest makes room. */
export function setBounded<Key, Value>(
  map: Map<Key, Value>,
  entry: { readonly key: Key; readonly value: Value; readonly most: number },
): void {
  if (map.size >= entry.most) map.delete(map.keys().next().value!);
  map.set(entry.key, entry.value);
}
