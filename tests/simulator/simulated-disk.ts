import type { Disk, DiskFile } from '../../packages/server/src/base/disk.ts'
import { diskError, MemoryDisk } from '../../packages/server/src/base/memory-disk.ts'
import type { Random } from '../../packages/server/src/base/random.ts'
import { seededRandom } from '../../packages/server/src/base/seeded-random.ts'
import type { Dice } from './dice.ts'
import type { Actor, World } from './world.ts'

type Operation = Exclude<keyof Disk, symbol> | Exclude<keyof DiskFile, symbol>

/** Calls of a kind that fail, `times` of them. */
export interface DiskFailure {
  readonly operations: readonly Operation[]
  readonly path: RegExp
  readonly code: string
  times: number
}

const TOTAL_BYTES = 2 ** 36
const ROOMY = TOTAL_BYTES
/** What the server keeps free of it: 1 %. */
export const RESERVE_BYTES = Math.ceil(TOTAL_BYTES / 100)
/** LMDB's file, which has room in it before it is needed: the model of the engine minds the end of the disk itself. */
const HAS_ROOM = /\/data\.mdb$/

/**
 * The disk that outlives processes. Writes happen when the world lets them; a process that dies leaves those that were
 * under way undone, done, or done in part, and a power cut takes what was not made durable.
 */
export class SimulatedDisk {
  readonly platter: MemoryDisk
  readonly #world: World
  readonly #dice: Dice
  readonly #random: Random
  readonly #sizes = new Map<string, number>()
  /** Files that an fsync failed for: the kernel forgets what was not written, and the next fsync reports success. */
  readonly #forgotten = new Set<string>()
  #failures: DiskFailure[] = []
  #capacityBytes = ROOMY

  constructor(world: World, dice: Dice) {
    this.#world = world
    this.#dice = dice
    this.#random = seededRandom(`disk ${dice.below(2 ** 32)}`)
    this.platter = new MemoryDisk(world.clockOf({ isAlive: true }))
  }

  get usedBytes(): number {
    let sumBytes = 0
    for (const sizeBytes of this.#sizes.values()) sumBytes += sizeBytes
    return sumBytes
  }

  get freeBytes(): number {
    return this.#capacityBytes === ROOMY ? ROOMY : Math.max(0, this.#capacityBytes - this.usedBytes)
  }

  /** From now on only so much more fits. */
  leaveSpace(bytes: number): void {
    this.#measure()
    this.#capacityBytes = this.usedBytes + bytes
  }

  fail(failure: DiskFailure): void {
    this.#failures.push(failure)
  }

  heal(): void {
    this.#capacityBytes = ROOMY
    this.#failures = []
  }

  cutPower(): void {
    this.platter.crash(this.#random)
    this.#measure()
    this.newProcess()
  }

  /** What the kernel forgot, the next process finds out. */
  newProcess(): void {
    this.#forgotten.clear()
  }

  #measure(): void {
    this.#sizes.clear()
    for (const [path, bytes] of this.platter.files('/')) this.#sizes.set(path, bytes.length)
  }

  /** The disk as one process sees it. */
  viewOf(actor: Actor): Disk {
    const { platter } = this
    const write = <T>(operation: Operation, path: string, work: () => Promise<T>): Promise<T> =>
      this.#write(actor, operation, path, work)
    const read = <T>(operation: Operation, path: string, work: () => Promise<T>): Promise<T> =>
      this.#read(actor, operation, path, work)
    return {
      openForRead: (path) =>
        read('openForRead', path, async () => this.#open(actor, path, await platter.openForRead(path))),
      create: (path) =>
        write('create', path, async () => {
          if (this.freeBytes === 0) throw diskError('ENOSPC', path)
          const file = await platter.create(path)
          this.#sizes.set(path, 0)
          this.#forgotten.delete(path)
          return this.#open(actor, path, file)
        }),
      openForAppend: (path) =>
        read('openForAppend', path, async () => this.#open(actor, path, await platter.openForAppend(path))),
      rename: (from, to) =>
        write('rename', to, async () => {
          await platter.rename(from, to)
          this.#sizes.set(to, this.#sizes.get(from) ?? 0)
          this.#sizes.delete(from)
        }),
      link: (from, to) => write('link', to, () => platter.link(from, to)),
      remove: (path) =>
        write('remove', path, async () => {
          await platter.remove(path)
          this.#sizes.delete(path)
        }),
      makeDirectory: (path) => read('makeDirectory', path, () => platter.makeDirectory(path)),
      list: (path) => read('list', path, () => platter.list(path)),
      realPath: (path) => read('realPath', path, () => platter.realPath(path)),
      space: (path) =>
        read('space', path, async () => ({ totalBytes: TOTAL_BYTES, freeBytes: this.freeBytes })),
      modifiedAt: (path) => read('modifiedAt', path, () => platter.modifiedAt(path)),
      syncDirectory: (path) => write('syncDirectory', path, () => platter.syncDirectory(path)),
    }
  }

  #open(actor: Actor, path: string, file: DiskFile): DiskFile {
    return {
      read: (buffer, position) => this.#read(actor, 'read', path, () => file.read(buffer, position)),
      append: (buffers) => this.#append(actor, path, file, Buffer.concat(buffers)),
      sync: () =>
        this.#write(actor, 'sync', path, async () => {
          if (!this.#forgotten.has(path)) await file.sync()
        }),
      size: () => this.#read(actor, 'size', path, () => file.size()),
      close: () => this.#read(actor, 'close', path, () => file.close()),
    }
  }

  #append(actor: Actor, path: string, file: DiskFile, bytes: Buffer): Promise<void> {
    const take = async (count: number): Promise<void> => {
      this.#sizes.set(path, (this.#sizes.get(path) ?? 0) + count)
      await file.append([bytes.subarray(0, count)])
    }
    const work = async (): Promise<void> => {
      const fitting = HAS_ROOM.test(path) ? bytes.length : Math.min(bytes.length, this.freeBytes)
      await take(fitting)
      if (fitting < bytes.length) throw diskError('ENOSPC', path)
    }
    const cutShort = (): void => void take(this.#dice.below(bytes.length + 1)).catch(() => undefined)
    return this.#write(actor, 'append', path, work, cutShort)
  }

  #write<T>(
    actor: Actor,
    operation: Operation,
    path: string,
    work: () => Promise<T>,
    cutShort = (): void => void (this.#dice.chance(0.5) && work().catch(() => undefined)),
  ): Promise<T> {
    const attempt = (): Promise<T> => {
      this.#failIfTold(operation, path)
      return work()
    }
    return this.#world.event(actor, `disk ${operation} ${path}`, attempt, { cutShort })
  }

  /** Reading happens at once, most of the time. */
  async #read<T>(actor: Actor, operation: Operation, path: string, work: () => Promise<T>): Promise<T> {
    const attempt = (): Promise<T> => {
      this.#failIfTold(operation, path)
      return work()
    }
    if (actor.isAlive && !this.#dice.chance(0.1)) return attempt()
    return this.#world.event(actor, `disk ${operation} ${path}`, attempt)
  }

  #failIfTold(operation: Operation, path: string): void {
    const failure = this.#failures.find(
      (failure) => failure.times > 0 && failure.operations.includes(operation) && failure.path.test(path),
    )
    if (!failure) return
    failure.times--
    if (operation === 'sync') this.#forgotten.add(path)
    this.#world.note(`  fails with ${failure.code}: ${operation} ${path}`)
    throw diskError(failure.code, path)
  }
}
