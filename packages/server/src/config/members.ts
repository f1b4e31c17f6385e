/** Looking into JSON that nobody has checked yet: what is not there, or of another kind, is absent. */

export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}

export function items(value: unknown, key: string): readonly unknown[] {
  const list = member(value, key)
  return Array.isArray(list) ? list : []
}

export function stringAt(value: unknown, key: string): string | undefined {
  const text = member(value, key)
  return typeof text === 'string' ? text : undefined
}
