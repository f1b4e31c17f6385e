import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import type { Disk, DiskFile } from '../../packages/server/src/base/disk.ts'
import type { MemoryDisk } from '../../packages/server/src/base/memory-disk.ts'
import { seededRandom } from '../../packages/server/src/base/seeded-random.ts'
import { errorCode, StorageFault } from '../../packages/server/src/base/storage-fault.ts'
import { openMemory } from '../../packages/server/src/metadata/engines/memory.ts'
import type { Change, OrderedStore, ScanRange } from '../../packages/server/src/metadata/ordered-store.ts'
import type { MetadataGuards } from '../../packages/server/src/server-options.ts'
import type { Dice } from './dice.ts'
import { replaceFile } from './replace-file.ts'
import type { Actor, World } from './world.ts'

/** Rows as they lie on the disk. */
export type Rows = [key: Uint8Array, value: Uint8Array][]

const FILE = 'data.mdb'
const HEAD_BYTES = 8
const COMMIT_BYTES = 2 ** 17
const EVERYTHING = { start: Buffer.alloc(0), end: Buffer.alloc(64, 0xff), limit: 1_000_000 }

interface Waiting {
  readonly change: Change
  readonly settled: PromiseWithResolvers<boolean>
}

export interface MetadataSetting {
  readonly world: World
  readonly actor: Actor
  readonly dice: Dice
  /** What the process sees. */
  readonly disk: Disk
  /** What is there, for the engine's own keeping. */
  readonly platter: MemoryDisk
  readonly path: string
  readonly guards: MetadataGuards | undefined
}

/**
 * Metadata with the durability of LMDB: commits that come while another is being made durable share the next one; they
 * become visible when they are durable and are answered after; a crash in between keeps all of such a group or nothing.
 * No checksum guards a row. Once a flush has failed the engine takes no more, until a process opens it anew.
 */
export class SimulatedMetadata implements OrderedStore {
  readonly #setting: MetadataSetting
  /** What reads see: all that is durable. */
  readonly #rows: OrderedStore
  #file: DiskFile
  #waiting: Waiting[] = []
  #isFlushing = false
  #isTorn = false
  #broken: StorageFault | undefined

  private constructor(setting: MetadataSetting, rows: OrderedStore, file: DiskFile) {
    this.#setting = setting
    this.#rows = rows
    this.#file = file
  }

  static async open(setting: MetadataSetting): Promise<SimulatedMetadata> {
    const { disk, platter, path, dice } = setting
    await disk.makeDirectory(path)
    const rows = openMemory({ random: seededRandom(`stamps ${dice.below(2 ** 32)}`) })
    for (const change of readChanges(platter, path)) await rows.commit({ expect: [], ...change })
    await writeRows(platter, path, await everyRow(rows))
    await disk.syncDirectory(join(path, '..'))
    return new SimulatedMetadata(setting, rows, await disk.openForRead(join(path, FILE)))
  }

  async get(key: Uint8Array) {
    await this.#pause()
    return this.#rows.get(key)
  }

  async getMany(keys: readonly Uint8Array[]) {
    await this.#pause()
    return this.#rows.getMany(keys)
  }

  async scan(range: ScanRange) {
    await this.#pause()
    return this.#rows.scan(range)
  }

  async scanMany(ranges: readonly ScanRange[]) {
    await this.#pause()
    return this.#rows.scanMany(ranges)
  }

  async snapshot() {
    await this.#pause()
    return this.#rows.snapshot()
  }

  async commit(change: Change): Promise<boolean> {
    if (this.#broken) throw this.#broken
    await this.#admit(change)
    const settled = Promise.withResolvers<boolean>()
    this.#waiting.push({ change, settled })
    if (!this.#isFlushing) void this.#flushAll()
    return settled.promise
  }

  /** On a full disk what frees space finds room in LMDB's file, and all else is refused before LMDB is asked. */
  async #admit({ usesReserve }: Change): Promise<void> {
    if (usesReserve === true) return
    await this.#setting.guards?.space.admit(COMMIT_BYTES)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#isFlushing) await this.#event('metadata closes', () => undefined)
    await this.#file.close()
  }

  async #flushAll(): Promise<void> {
    this.#isFlushing = true
    while (this.#waiting.length > 0) {
      await this.#event('metadata begins a commit', () => undefined)
      const group = this.#waiting.splice(0)
      const outcomes = await this.#flush(group).catch((error: unknown) => this.#faultOf(error))
      for (const [index, { settled }] of group.entries()) {
        if (outcomes instanceof StorageFault) settled.reject(outcomes)
        else settled.resolve(outcomes[index] ?? false)
      }
    }
    this.#isFlushing = false
  }

  async #flush(group: readonly Waiting[]): Promise<boolean[]> {
    if (this.#broken) throw this.#broken
    const outcomes = await this.#compare(group)
    const won = group.flatMap(({ change }, index) => (outcomes[index] ? [change] : []))
    if (won.length === 0) return outcomes
    await this.#append(encodeGroup(won))
    try {
      await this.#file.sync()
    } catch (error) {
      this.#broken = this.#faultOf(error)
      this.#setting.guards?.onBroken(this.#broken)
      throw error
    }
    for (const { put, remove } of won) await this.#rows.commit({ expect: [], put, remove })
    await this.#event(`metadata answers ${won.length} commits`, () => undefined)
    return outcomes
  }

  /** Whether what each commit expects holds, once those before it in the group are carried out. */
  async #compare(group: readonly Waiting[]): Promise<boolean[]> {
    const changed = new Set<string>()
    const outcomes: boolean[] = []
    for (const { change } of group) {
      const found = await this.#rows.getMany(change.expect.map(({ key }) => key))
      const holds = change.expect.every(
        ({ key, stamp }, index) => found[index]?.stamp === stamp && !changed.has(nameOf(key)),
      )
      outcomes.push(holds)
      if (!holds) continue
      for (const key of [...change.put.map(({ key }) => key), ...change.remove]) changed.add(nameOf(key))
    }
    return outcomes
  }

  /** A page that could not be written is one that nothing refers to: what is there is as if it had not been tried. */
  async #append(bytes: Buffer): Promise<void> {
    const { disk, platter, path } = this.#setting
    if (this.#isTorn) {
      await writeRows(platter, path, await everyRow(this.#rows))
      this.#file = await disk.openForRead(join(path, FILE))
    }
    this.#isTorn = true
    await this.#file.append([bytes])
    this.#isTorn = false
  }

  #faultOf(error: unknown): StorageFault {
    const code = errorCode(error)
    const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'unavailable'
    return new StorageFault(kind, `commit: ${error instanceof Error ? error.message : String(error)}`)
  }

  async #pause(): Promise<void> {
    const { actor, dice } = this.#setting
    if (!actor.isAlive || dice.chance(0.1)) await this.#event('metadata reads', () => undefined)
  }

  #event<T>(label: string, work: () => T): Promise<T> {
    return this.#setting.world.event(this.#setting.actor, label, work)
  }
}

/** All rows of a folder of metadata that no process has open. */
export async function readRows(platter: MemoryDisk, path: string): Promise<Rows> {
  const rows = openMemory()
  for (const change of readChanges(platter, path)) await rows.commit({ expect: [], ...change })
  return everyRow(rows)
}

/** Makes these the rows of a folder of metadata, durably. */
export async function writeRows(platter: MemoryDisk, path: string, rows: Rows): Promise<void> {
  const put = rows.map(([key, value]) => ({ key, value }))
  await replaceFile(platter, join(path, FILE), encodeGroup([{ expect: [], put, remove: [] }]))
}

async function everyRow(rows: OrderedStore): Promise<Rows> {
  return (await rows.scan(EVERYTHING)).map(({ key, value }) => [key, value])
}

type StoredChange = Omit<Change, 'expect'>

function encodeGroup(changes: readonly Change[]): Buffer {
  const body = serialize(
    changes.map(({ put, remove }) => ({ put: put.map(({ key, value }) => ({ key, value })), remove })),
  )
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(body.length)
  head.writeUInt32LE(crc32(body), 4)
  return Buffer.concat([head, body])
}

/** Every change up to the end, or to where a crash cut the last one off. */
function readChanges(platter: MemoryDisk, path: string): StoredChange[] {
  const file = join(path, FILE)
  const bytes = platter.files(file).get(file) ?? Buffer.alloc(0)
  const changes: StoredChange[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at)
    const body = bytes.subarray(at + HEAD_BYTES, end)
    if (end > bytes.length || end === at + HEAD_BYTES || crc32(body) !== bytes.readUInt32LE(at + 4)) break
    changes.push(...(deserialize(body) as StoredChange[]))
    at = end
  }
  return changes
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1')
}
