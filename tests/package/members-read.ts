/** A value that notes which of its members somebody asks for. */
export interface WatchedValue {
  readonly value: unknown
  /** Paths of the members that nobody asked for. */
  unread(): string[]
}

/**
 * Shows a value to a validator that lets members pass that its schema does not have: those are the ones that it never asks for.
 * Whoever asks for all names of an object, as for labels, has asked for each.
 */
export function membersRead(inner: unknown, path = ''): WatchedValue {
  if (typeof inner !== 'object' || inner === null) return { value: inner, unread: () => [] }
  const asked = new Set<string>()
  const members = new Map(
    Object.entries(inner as Record<string, unknown>).map(([name, member]) => [
      name,
      membersRead(member, `${path}/${name}`),
    ]),
  )
  const value = new Proxy(inner, {
    get(target, name, receiver) {
      if (typeof name === 'string') asked.add(name)
      const member = members.get(String(name))
      return member ? member.value : (Reflect.get(target, name, receiver) as unknown)
    },
    ownKeys(target) {
      for (const name of members.keys()) asked.add(name)
      return Reflect.ownKeys(target)
    },
  })
  const unread = (): string[] =>
    Array.from(members).flatMap(([name, member]) => (asked.has(name) ? member.unread() : [`${path}/${name}`]))
  return { value, unread }
}
