const resolved = Promise.resolve()

/**
 * Does it before anything from outside gets into this process again, when the work that is being done has to wait for
 * the first time. `process.nextTick` waits for all promises that are due, but costs up to five times as much.
 */
export function atEndOfTurn(action: () => void): void {
  void resolved.then(action)
}
