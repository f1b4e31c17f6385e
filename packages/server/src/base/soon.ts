/**
 * What is often there at once. Who awaits it waits for other work in either case; hot paths look first, since a promise
 * and the wait for it cost more than many a read.
 */
export type Soon<T> = T | Promise<T>

/** What follows from it, as soon as it is there. */
export function soon<T, Next>(value: Soon<T>, use: (value: T) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(use) : use(value)
}
