/** An object, an array or a text itself, whatever is in it. */
const OF_EACH = 48

/**
 * About what a plain value keeps of memory: texts, bytes, and what holds them, each once. `known` tells of values that have another
 * weight than what can be seen of them.
 */
export function heldBytes(
  value: unknown,
  known: (value: object) => number | undefined = () => undefined,
): number {
  const seen = new Set<object>()
  const of = (held: unknown): number => {
    if (typeof held === 'string') return OF_EACH + 2 * held.length
    if (typeof held !== 'object' || held === null) return 8
    if (seen.has(held)) return 8
    seen.add(held)
    const told = known(held)
    if (told !== undefined) return told
    if (held instanceof Uint8Array) return OF_EACH + held.length
    const items: unknown[] =
      held instanceof Map || held instanceof Set || Array.isArray(held)
        ? [...(held as Iterable<unknown>)]
        : Object.entries(held).flat()
    return items.reduce((sum: number, item) => sum + 8 + of(item), OF_EACH)
  }
  return of(value)
}
