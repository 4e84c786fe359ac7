/** The filter of a list by ascending `_id` that goes on after a key. */
export function afterKey(after: string | null): { _id?: { $gt: string } } {
  return after === null ? {} : { _id: { $gt: after } };
}
