import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import { DAY_MILLISECONDS } from '../base/day.ts'
import type { Disk, DiskFile } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import type { Random } from '../base/random.ts'
import { auditFileName, begunAt, isSent, nameTime, removeAuditFile } from './audit-files.ts'
import type { AuditRecord } from './audit-record.ts'

export interface AuditLogSettings {
  readonly directory: string
  readonly rotateBytes: number
  readonly keepMilliseconds: number
  /** Whether files are kept until they have been sent on, however old they are. */
  readonly isSentOn: boolean
  /** Whether requests are refused while records cannot be written. */
  readonly isRequired: boolean
}

interface AuditLogParts {
  readonly disk: Disk
  readonly clock: Clock
  readonly random: Random
  readonly conditions: Conditions
  readonly settings: AuditLogSettings
}

/** What waits for a disk; beyond it records are lost, and counted. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024
const AGAIN_MILLISECONDS = 1000
/** Where so many share a flush, the next ones come together for so long: flushes would cost a busy server a tenth of its time. */
const CROWD_LINES = 5
const GATHER_MILLISECONDS = 5
const CONDITION = 'audit-log'

/**
 * Tells of every request in files of one folder, a line of JSON each, in the order of their ends. Each process writes files of its
 * own: a new one when it starts, when one is large, and when a day is over; files are removed when they are old. A record is
 * written within the next turns of the event loop, or the next milliseconds where there are many, and flushed with those beside
 * it, so what a process that is killed had not written is lost; whatever else is lost is told by a record with `lost`.
 */
export class AuditLog {
  readonly #parts: AuditLogParts
  #waiting: string[] = []
  /** With what is being written, which waits again where that fails. */
  #waitingBytes = 0
  #lost = 0
  /** Of the lost ones those that no record has told of. */
  #untold = 0
  #written = 0
  #file: { readonly file: DiskFile; readonly day: number; bytes: number } | undefined
  #writing: Promise<void> | undefined
  readonly #stop = new AbortController()
  #isFailing = false

  constructor(parts: AuditLogParts) {
    this.#parts = parts
  }

  /** Rejects where the folder cannot be made or written: a server that cannot tell does not start. */
  async start(): Promise<void> {
    await makeDurableDirectory(this.#parts.disk, this.#parts.settings.directory, 0o700)
    await this.#begin()
  }

  /** Whether requests have to be refused, since they could not be told of. */
  get refuses(): boolean {
    return this.#isFailing && this.#parts.settings.isRequired
  }

  get counts(): { readonly written: number; readonly lost: number } {
    return { written: this.#written, lost: this.#lost }
  }

  note(record: AuditRecord): void {
    this.#add(`${JSON.stringify(record)}\n`)
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
  }

  /** Writes what waits, if the disk takes it, and closes the file. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#writing
    await this.#file?.file.close().catch(() => undefined)
  }

  #add(line: string): void {
    if (this.#waitingBytes + line.length > MOST_WAITING_BYTES) {
      this.#lost++
      this.#untold++
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += line.length
  }

  /** All that came meanwhile goes with the next write, so that a crowd shares a flush. */
  async #write(): Promise<void> {
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const lines = this.#waiting
      const sizeBytes = this.#waitingBytes
      this.#waiting = []
      if (await this.#isWritten(lines)) {
        this.#waitingBytes -= sizeBytes
        if (lines.length >= CROWD_LINES) await this.#sleep(GATHER_MILLISECONDS)
        continue
      }
      this.#waiting = [...lines, ...this.#waiting]
      await this.#sleep(AGAIN_MILLISECONDS)
      if (this.#stop.signal.aborted) return
    }
  }

  /** Less where the log stops. */
  async #sleep(milliseconds: number): Promise<void> {
    await this.#parts.clock.sleep(milliseconds, this.#stop.signal).catch(() => undefined)
  }

  async #isWritten(lines: readonly string[]): Promise<boolean> {
    const { conditions, settings } = this.#parts
    const lost = this.#untold
    try {
      const current = await this.#current()
      const told = lost > 0 ? `${JSON.stringify({ time: this.#time(), lost })}\n` : ''
      const bytes = Buffer.from(told + lines.join(''))
      await current.file.append([bytes])
      await current.file.sync()
      current.bytes += bytes.length
    } catch (err) {
      this.#isFailing = true
      const reason = 'the audit log cannot be written'
      conditions.raise(CONDITION, reason, { effect: settings.isRequired ? 'unready' : 'degraded', err })
      // What a failed write left of a line would run into the next one.
      await this.#file?.file.close().catch(() => undefined)
      this.#file = undefined
      return false
    }
    this.#isFailing = false
    this.#untold -= lost
    this.#written += lines.length
    conditions.clear(CONDITION)
    return true
  }

  async #current() {
    const { settings } = this.#parts
    const isOver = this.#file && (this.#file.bytes >= settings.rotateBytes || this.#file.day !== this.#day())
    if (isOver) {
      await this.#file?.file.close()
      this.#file = undefined
    }
    return this.#file ?? (await this.#begin())
  }

  async #begin() {
    const { disk, clock, random, settings } = this.#parts
    const name = auditFileName(clock.now(), random)
    const file = await disk.create(join(settings.directory, name), 0o600)
    await disk.syncDirectory(settings.directory)
    this.#file = { file, day: this.#day(), bytes: 0 }
    await this.#removeOld()
    return this.#file
  }

  async #removeOld(): Promise<void> {
    const { disk, clock, settings } = this.#parts
    const limit = nameTime(new Date(clock.now().getTime() - settings.keepMilliseconds))
    for (const name of await disk.list(settings.directory)) {
      const begun = begunAt(name)
      if (begun === undefined || begun >= limit) continue
      const path = join(settings.directory, name)
      // Another process may have removed it meanwhile; what cannot be read stays.
      const isOver = !settings.isSentOn || (await isSent(disk, path).catch(() => false))
      if (isOver) await removeAuditFile(disk, path)
    }
  }

  #time(): string {
    return this.#parts.clock.now().toISOString()
  }

  #day(): number {
    return Math.floor(this.#parts.clock.now().getTime() / DAY_MILLISECONDS)
  }
}
