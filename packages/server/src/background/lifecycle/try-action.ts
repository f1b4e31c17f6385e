import type { Log } from '../../base/log.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { UnreadableRow } from '../../metadata/unreadable-row.ts'
import { unreadableRows } from '../../metadata/unreadable-rows.ts'
import { S3Error } from '../../model/s3-error.ts'
import { inSlices } from '../../base/in-slices.ts'

/** Thrown by a check that finds another thing than the rules looked at. */
export class Changed extends Error {
  override readonly name = 'Changed'
}

/**
 * Runs one action of a rule: 1 when it was done, 0 when it is no longer called for, because the thing changed, went, or
 * is locked; and where it meets a row that cannot be read, which is told. Other faults of storage are thrown.
 */
async function tryAction(metadata: OrderedStore, action: () => Promise<unknown>): Promise<number> {
  try {
    await action()
    return 1
  } catch (error) {
    if (error instanceof Changed || error instanceof S3Error) return 0
    if (error instanceof UnreadableRow) {
      unreadableRows(metadata).tell(error)
      return 0
    }
    throw error
  }
}

/** Actions begun at once: about a millisecond's work. */
const ACTIONS_AT_ONCE = 8

/** The sum of what actions did that run side by side, so that their commits share a flush. */
export async function tryAll(
  metadata: OrderedStore,
  actions: readonly (() => Promise<unknown>)[],
): Promise<number> {
  const running: Promise<number>[] = []
  for await (const slice of inSlices(actions, ACTIONS_AT_ONCE)) {
    for (const action of slice) {
      const done = tryAction(metadata, action)
      // Its failure is for the end, when all have been begun.
      done.catch(() => undefined)
      running.push(done)
    }
  }
  const done = await Promise.all(running)
  return done.reduce((sum, one) => sum + one, 0)
}

/** An action that moves an object to where it is kept otherwise. */
export interface Move {
  readonly key: string
  /** Otherwise only what is said of the object changes. */
  readonly copiesBytes: boolean
  readonly run: () => Promise<void>
}

interface Mover {
  readonly service: { readonly stores: { readonly metadata: OrderedStore } }
  readonly name: string
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * The sum of what moves did: those that copy bytes one after the other. Bytes that cannot be read or written are logged and left for the next
 * pass: the rules of all other objects are carried out all the same.
 */
export async function tryMoves(
  { service, name, log, signal }: Mover,
  moves: readonly Move[],
): Promise<number> {
  const { metadata } = service.stores
  let done = await tryAll(
    metadata,
    moves.flatMap(({ copiesBytes, run }) => (copiesBytes ? [] : [run])),
  )
  for (const { key, run } of moves.filter(({ copiesBytes }) => copiesBytes)) {
    try {
      done += await tryAction(metadata, run)
    } catch (err) {
      if (signal.aborted) throw err
      log.error({ bucket: name, key, err }, 'the bytes of an object could not be moved')
      // Nor is there room for the others.
      if (err instanceof StorageFault && err.kind === 'full') return done
    }
  }
  return done
}
