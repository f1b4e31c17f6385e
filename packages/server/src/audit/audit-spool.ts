import { join } from 'node:path'
import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { begunAt, noteSentBytes, sentBytesOf, sizeOf } from './audit-files.ts'

/** Whole lines of one file. */
export interface SpoolBatch {
  readonly path: string
  /** Where the file has them. */
  readonly fromBytes: number
  readonly toBytes: number
  readonly text: string
}

const MOST_BATCH_BYTES = 1024 * 1024

interface Seen {
  readonly sizeBytes: number
  readonly sentBytes: number
}

/**
 * The files of an audit log as what is to be sent on: the oldest first, each from where it was sent to, which is noted beside it. What
 * is noted may be behind what was sent, where a process was killed in between: then that is sent again.
 */
export class AuditSpool {
  readonly #disk: Disk
  readonly #random: Random
  readonly #directory: string
  /** Files that had nothing to send when they were looked at last. */
  readonly #seen = new Map<string, Seen>()
  #backlogBytes = 0

  constructor(disk: Disk, random: Random, directory: string) {
    this.#disk = disk
    this.#random = random
    this.#directory = directory
  }

  /** What was left to send when it was looked at last. */
  get backlogBytes(): number {
    return this.#backlogBytes
  }

  /** `undefined` where all is sent. */
  async next(): Promise<SpoolBatch | undefined> {
    const names = (await this.#disk.list(this.#directory)).filter((name) => begunAt(name) !== undefined)
    for (const name of this.#seen.keys()) if (!names.includes(name)) this.#seen.delete(name)
    let first: SpoolBatch | undefined
    let backlogBytes = 0
    for (const name of names.toSorted()) {
      const { sizeBytes, sentBytes } = await this.#look(name)
      if (sizeBytes <= sentBytes) continue
      first ??= await this.#read(name, sentBytes, sizeBytes)
      backlogBytes += sizeBytes - sentBytes
    }
    this.#backlogBytes = first ? backlogBytes : 0
    return first
  }

  async sent({ path, fromBytes, toBytes }: SpoolBatch): Promise<void> {
    await noteSentBytes(this.#disk, this.#random, path, toBytes)
    this.#backlogBytes -= toBytes - fromBytes
  }

  async #look(name: string): Promise<Seen> {
    const path = join(this.#directory, name)
    const sizeBytes = await sizeOf(this.#disk, path)
    const known = this.#seen.get(name)
    if (known?.sizeBytes === sizeBytes) return known
    return { sizeBytes, sentBytes: await sentBytesOf(this.#disk, path) }
  }

  /** `undefined` where there is no whole line: it is being written, or its end was lost and the line stands in another file. */
  async #read(name: string, fromBytes: number, sizeBytes: number): Promise<SpoolBatch | undefined> {
    const path = join(this.#directory, name)
    const bytes = Buffer.alloc(Math.min(MOST_BATCH_BYTES, sizeBytes - fromBytes))
    const file = await this.#disk.openForRead(path)
    try {
      const length = await file.read(bytes, fromBytes)
      const end = bytes.lastIndexOf('\n', length - 1) + 1
      if (end > 0) {
        return { path, fromBytes, toBytes: fromBytes + end, text: bytes.toString('utf8', 0, end) }
      }
    } finally {
      await file.close()
    }
    // As long as it does not grow.
    this.#seen.set(name, { sizeBytes, sentBytes: sizeBytes })
    return undefined
  }
}
