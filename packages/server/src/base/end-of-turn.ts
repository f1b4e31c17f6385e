/** Calls back before anything from outside gets into this process again, after the promises that are due by then. */
export function atEndOfTurn(callback: () => void): void {
  process.nextTick(callback)
}
