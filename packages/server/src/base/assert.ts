/** A broken invariant of ours, never a client's mistake. On in production: a wrong answer is worse than a 500. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** The same, for paths that are too hot to put the message together each time. */
export function violated(message: string): never {
  throw new InvariantViolation(message)
}

/** Throws {@link InvariantViolation} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message)
}
