import { setImmediate as nextTurn } from 'node:timers/promises'

/** Turns of the event loop before each slice: those of requests when there are any, microseconds when there are none. */
const TURNS = 8

/**
 * Items a few at a time, so that requests get their turns in between: what a request waits for is one slice, and the
 * more of them there are, the smaller is the share of the work on slices.
 */
export async function* inSlices<Item>(items: readonly Item[], size: number): AsyncGenerator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) {
    for (let turn = 0; turn < TURNS; turn++) await nextTurn()
    yield items.slice(at, at + size)
  }
}
