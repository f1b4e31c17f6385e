import { Turns } from '../../../base/turns.ts'

const turns = new Turns(1)

/**
 * To be awaited before what takes the main thread for milliseconds: each has a turn of the event loop to itself, so that other requests get in
 * between, however many ask.
 */
export function ownTurn(): Promise<void> {
  return turns.take(1)
}
