import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { ConditionEffect, Conditions } from './conditions.ts'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'
import type { SpaceGate } from './space-gate.ts'
import { StorageFault } from './storage-fault.ts'

const MIB = 2 ** 20
const LEAST_RESERVE_BYTES = 64 * MIB
const MOST_RESERVE_BYTES = 1024 * MIB
/** How long a look at the file system is good for. */
const GOOD_MILLISECONDS = 1000
/** Others fill the same disk: of what is free, as much as this may be taken on the strength of one look. */
const SHARE = 1 / 8
const PROBE = Buffer.alloc(MIB)

export interface DiskReserveOptions {
  readonly disk: Disk
  readonly random: Random
  readonly clock: Clock
  readonly conditions: Conditions
  /** A folder on the file system. */
  readonly folder: string
  /** Of the condition. */
  readonly name: string
  /** What is there, for people. */
  readonly what: string
  readonly effect?: ConditionEffect
  /** Default: the larger of 64 MiB and 1 % of the file system, at most 1 GiB. */
  readonly reserveBytes?: number | undefined
}

export interface ReservedSpace {
  readonly totalBytes: number
  readonly freeBytes: number
  /** Writes are refused where less than that is free. */
  readonly reserveBytes: number
}

export function defaultReserveBytes(totalBytes: number): number {
  return Math.min(MOST_RESERVE_BYTES, Math.max(LEAST_RESERVE_BYTES, totalBytes / 100))
}

/**
 * Keeps a part of a file system free: writes are refused once less than that is, and taken again when there is more. A
 * quota of which the file system does not tell, a file system that turned read-only and one that is gone are found by
 * writing a small file, every time `look` is asked to try, and after a write has failed.
 */
export class DiskReserve implements SpaceGate {
  readonly #options: DiskReserveOptions
  #creditBytes = 0
  #lookedMilliseconds = -Infinity
  #refusal: StorageFault | undefined
  #looking: Promise<void> | undefined
  /** A write failed since the last try. */
  #isDoubtful = false

  constructor(options: DiskReserveOptions) {
    this.#options = options
  }

  admit(bytes: number): Promise<void> | undefined {
    const isGood = this.#now - this.#lookedMilliseconds < GOOD_MILLISECONDS
    if (isGood && this.#refuses(this.#refusal)) return Promise.reject(this.#refusal)
    if (this.#refusal || this.#isDoubtful || this.#creditBytes < bytes) return this.#admitAfterLook(bytes)
    this.#creditBytes -= bytes
    // Nobody waits for it: the credit is a small part of what was free a moment ago.
    if (!isGood) void this.look()
    return undefined
  }

  met(error: unknown): void {
    if (!(error instanceof StorageFault) || (error.kind !== 'full' && error.kind !== 'readOnly')) return
    this.#isDoubtful = true
    this.#lookedMilliseconds = -Infinity
  }

  /** How full the file system is, now. */
  async space(): Promise<ReservedSpace> {
    const { disk, folder, reserveBytes } = this.#options
    const { totalBytes, freeBytes } = await disk.space(folder)
    return { totalBytes, freeBytes, reserveBytes: reserveBytes ?? defaultReserveBytes(totalBytes) }
  }

  /** What is wrong, for people. Looks; with `try`, writes a little as well. */
  async look(options: { readonly try?: boolean } = {}): Promise<string | undefined> {
    if (options.try) this.#isDoubtful = true
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    await this.#looking
    return this.#refusal && this.#reason(this.#refusal)
  }

  async #admitAfterLook(bytes: number): Promise<void> {
    await this.look()
    if (this.#refuses(this.#refusal)) throw this.#refusal
    this.#creditBytes -= bytes
  }

  /** A look that failed otherwise is told as a condition, and says nothing of the next write. */
  #refuses(fault: StorageFault | undefined): fault is StorageFault {
    return fault?.kind === 'full' || fault?.kind === 'readOnly'
  }

  async #look(): Promise<void> {
    const { conditions, effect, name } = this.#options
    const isDoubtful = this.#isDoubtful
    try {
      this.#isDoubtful = false
      this.#creditBytes = (await this.#freeAboveReserve()) * SHARE
      if (isDoubtful) await this.#try()
      this.#refusal = undefined
      conditions.clear(name)
    } catch (error) {
      this.#isDoubtful = isDoubtful
      this.#refusal = StorageFault.from(error, `look at ${this.#options.folder}`)
      conditions.raise(name, this.#reason(this.#refusal), { ...(effect && { effect }), err: this.#refusal })
    }
    this.#lookedMilliseconds = this.#now
  }

  async #freeAboveReserve(): Promise<number> {
    const { folder } = this.#options
    const { freeBytes, reserveBytes } = await this.space()
    // A little more to begin again, or the two would take turns all the time.
    const leastBytes = this.#refusal?.kind === 'full' ? reserveBytes * (17 / 16) : reserveBytes
    if (freeBytes >= leastBytes) return freeBytes - reserveBytes
    const mebibytes = Math.ceil(leastBytes / MIB)
    throw new StorageFault('full', `less than ${mebibytes} MiB are free in ${folder}`)
  }

  /** The file has no name by the time there is something in it, so that nothing of it outlives a crash. */
  async #try(): Promise<void> {
    const { disk, folder, random } = this.#options
    const path = join(folder, `probe-${random.bytes(8).toString('hex')}`)
    const file = await disk.create(path, 0o600)
    try {
      await disk.remove(path)
      await file.append([PROBE])
    } finally {
      await file.close()
    }
  }

  #reason({ kind }: StorageFault): string {
    const { what } = this.#options
    if (kind === 'full') return `the disk of ${what} is full to its reserve: writes are refused`
    if (kind === 'readOnly') return `the disk of ${what} is read-only: writes are refused`
    return `the disk of ${what} cannot be used`
  }

  get #now(): number {
    return this.#options.clock.now().getTime()
  }
}
