import { systemClock } from '../base/clock.ts'
import { endsWithin } from '../base/ends-within.ts'
import { type OrderedStore, originOf } from './ordered-store.ts'

/** Nobody waits longer for one turn: those before may be waiting for him, by a transaction within another. */
const PATIENCE_MILLISECONDS = 2000

/** The last in each row's queue. */
const queues = new WeakMap<OrderedStore, Map<string, Promise<void>>>()

/**
 * Resolves when all in this process that lost a race for a row before have come through; call what it gives when done. Where many
 * change one row, each of them would otherwise try again at each commit of another, and all but one in vain.
 */
export async function turnAtRow(store: OrderedStore, name: string): Promise<() => void> {
  const queue = queueOf(originOf(store))
  const before = queue.get(name)
  const turn = Promise.withResolvers<void>()
  queue.set(name, turn.promise)
  if (before) await endsWithin(PATIENCE_MILLISECONDS, systemClock, before)
  return () => {
    turn.resolve()
    if (queue.get(name) === turn.promise) queue.delete(name)
  }
}

function queueOf(store: OrderedStore): Map<string, Promise<void>> {
  const known = queues.get(store)
  if (known) return known
  const queue = new Map<string, Promise<void>>()
  queues.set(store, queue)
  return queue
}
