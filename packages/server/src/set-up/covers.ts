/** Whether all that is given is there too; what is there may say more, such as ids that were made. */
export function covers(there: unknown, given: unknown): boolean {
  if (given instanceof Date) return there instanceof Date && there.getTime() === given.getTime()
  if (typeof given !== 'object' || given === null) return there === given
  if (typeof there !== 'object' || there === null) return false
  if (Array.isArray(given)) {
    return (
      Array.isArray(there) &&
      there.length === given.length &&
      given.every((item, at) => covers(there[at], item))
    )
  }
  const members = new Map(Object.entries(there))
  return Object.entries(given).every(
    ([name, value]) => value === undefined || covers(members.get(name), value),
  )
}
