import type { Soon } from '../base/soon.ts'

/** Changes with every write of its key and never repeats for that key, not even after a removal. */
export type Stamp = number

export interface Entry {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly stamp: Stamp
}

/** What a commit relies on: the stamp that was read, or `undefined` where the key was absent. */
export interface Expectation {
  readonly key: Uint8Array
  readonly stamp: Stamp | undefined
}

export interface Put {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export interface Change {
  readonly expect: readonly Expectation[]
  readonly put: readonly Put[]
  readonly remove: readonly Uint8Array[]
  /** May use the space that is kept for freeing space, where other changes are refused already. */
  readonly usesReserve?: true
}

export interface ScanRange {
  /** Inclusive. */
  readonly start: Uint8Array
  /** Exclusive. */
  readonly end: Uint8Array
  /** The most entries to return. */
  readonly limit: number
  /** From the end of the range down. */
  readonly reverse?: boolean
  /** Of each group the first key alone is returned, with an empty value and 0 for a stamp; not from the end down. */
  readonly grouping?: Grouping
}

/**
 * Keys that are the same from their beginning through the first `mark` make a group. It is looked for from the byte `from`
 * on up to the next zero; keys without it are in no group. A scan goes past a group whatever it holds.
 */
export interface Grouping {
  readonly from: number
  /** At least one byte, none of them zero. */
  readonly mark: Uint8Array
}

/**
 * Ordered bytes with optimistic transactions. Keys of 1 to {@link MAX_KEY_BYTES} bytes sort by unsigned byte order.
 *
 * - A read sees every commit that resolved before it began (read your writes, across processes too).
 * - `get` answers at once where the engine has it at hand; a failure is a rejected promise all the same.
 * - One `scan`, `scanMany` or `getMany` is one consistent snapshot. Returned arrays stay valid and belong to the caller.
 * - `commit` is all or nothing and durable when it resolves to `true`; `false` means an expectation did not hold and
 *   nothing was written. When it rejects nothing was written either, unless the fault's kind is `unavailable`.
 *   Puts come before removals. The change's bytes are the store's until the commit settles: leave them as they are.
 * - Disposal waits for the commits under way. Using a store after it, or a key (or bound) that is too long or empty
 *   (a bound may be empty), is a mistake of ours: `InvariantViolation`. All else that fails is a `StorageFault`.
 */
export interface OrderedStore extends AsyncDisposable {
  get(key: Uint8Array): Soon<Entry | undefined>
  getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]>
  /**
   * Whether all keys have the stamps still that were read, told at once and for less than reading them; `undefined` where it
   * cannot be told so: then they have to be read.
   */
  isAsRead?(reads: readonly Expectation[]): boolean | undefined
  scan(range: ScanRange): Promise<Entry[]>
  scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]>
  /** The moment that it is called: every commit that resolved before is in it, whole, and none that begins later. */
  snapshot(): Promise<Snapshot>
  /** A name for this moment, which `changesSince` of later snapshots takes; `undefined` where the engine cannot tell changes. */
  mark?(): Promise<string | undefined>
  commit(change: Change): Promise<boolean>
}

/** A range of a snapshot, from its beginning up. */
export interface SnapshotRange {
  /** Inclusive. */
  readonly start: Uint8Array
  /** Exclusive. */
  readonly end: Uint8Array
  readonly limit: number
  /** Entries come with an empty value and 0 for a stamp, and their values are not even read. */
  readonly keysOnly?: true
}

/** One moment of a store, for however many reads. What it sees keeps its space until it is disposed of, so be quick. */
export interface Snapshot extends AsyncDisposable {
  /** Returned arrays stay valid and belong to the caller. */
  scan(range: SnapshotRange): Promise<Entry[]>
  /**
   * What may have changed since a moment that `mark` named; `undefined` where it cannot be told, and a fault where that shows
   * only on the way. It takes the word of the caller that the store comes from that very moment: a row tells it that was
   * committed after the mark and is still there.
   */
  changesSince?(mark: string): Promise<Changes | undefined>
}

/** A later moment, held against an earlier one. It is at least as late as the snapshot that tells it. */
export interface Changes {
  /** All that the later moment has. */
  readonly rows: number
  /**
   * In the order of keys, and all of the later moment. Only while the snapshot is held; their bytes are valid until the next are
   * asked for.
   */
  readonly steps: AsyncIterable<readonly Step[]>
}

/**
 * Keys from `start` (inclusive) to `end` (exclusive) whose rows are as they were, none came and none went; or the entries that come next, any of
 * which may have changed. What is in no step is not there.
 */
export type Step =
  | { readonly kind: 'same'; readonly start: Buffer; readonly end: Buffer }
  | { readonly kind: 'entries'; readonly entries: readonly StepEntry[] }

/** Nothing is made of its key and value until somebody asks: most are as they were. */
export interface StepEntry extends Entry {
  readonly keyAt: KeyPlace
}

/** Where a key lies in other bytes. */
export interface KeyPlace {
  readonly bytes: Buffer
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** The longest key every engine takes (LMDB's limit). */
export const MAX_KEY_BYTES = 1978

const origins = new WeakMap<OrderedStore, OrderedStore>()

/** The store that another is a view of; itself where it is none. */
export function originOf(store: OrderedStore): OrderedStore {
  return origins.get(store) ?? store
}

/** The same store, for whoever frees space: all its commits may use the reserve. */
export function usingReserve(store: OrderedStore): OrderedStore {
  const view: OrderedStore = {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    isAsRead: (reads) => store.isAsRead?.(reads),
    scan: (range) => store.scan(range),
    scanMany: (ranges) => store.scanMany(ranges),
    snapshot: () => store.snapshot(),
    mark: async () => store.mark?.(),
    commit: (change) => store.commit({ ...change, usesReserve: true }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
  origins.set(view, originOf(store))
  return view
}
