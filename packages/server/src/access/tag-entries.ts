/**
 * The condition keys of tags. Upper and lower case in condition keys are the same, and in many tags they are not: of tags that differ
 * in it alone the last one by its code units counts, whatever order they came in. Were it the order, a request could show a policy
 * one value and leave another one behind.
 */
export function tagEntries(
  name: string,
  tags: Iterable<readonly [key: string, value: string]>,
): (readonly [key: string, value: string])[] {
  return [...tags]
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([key, value]) => [`${name}/${key}`, value])
}
