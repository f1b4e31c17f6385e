import { beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import type { Disk, DiskFile } from '../../base/disk.ts'
import { FaultyDisk } from '../../base/faulty-disk.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import type { Change } from '../ordered-store.ts'
import { LmdbRoom } from './lmdb-room.ts'

const MIB = 2 ** 20
const path = '/metadata/data.mdb'
const clock = new MovableClock(new Date('2026-01-01'))
let disk: FaultyDisk
let usedBytes: number
let room: LmdbRoom

beforeEach(async () => {
  disk = new FaultyDisk(new MemoryDisk(clock))
  await disk.makeDirectory('/metadata')
  await (await disk.create(path)).close()
  usedBytes = 8192
  room = new LmdbRoom({ disk, clock, path, usedBytes: () => usedBytes, pageBytes: 4096 })
})

async function fileBytes(): Promise<number> {
  const file = await disk.openForRead(path)
  const bytes = await file.size()
  await file.close()
  return bytes
}

function change(sizeBytes: number, fields: Partial<Change> = {}): Change {
  return { expect: [], put: [{ key: Buffer.of(1), value: Buffer.alloc(sizeBytes) }], remove: [], ...fields }
}

const removal: Change = { expect: [], put: [], remove: [Buffer.of(1)], usesReserve: true }

/** Takes all that the reserve does not keep, on a disk that gives no more. */
async function fill(): Promise<void> {
  await room.admit(change(1))
  room.settle(change(1))
  clock.advance(1000)
  disk.spaceBytes = 0
  const left = (await fileBytes()) - 4 * MIB
  usedBytes = left
  await expect(Promise.resolve(room.admit(change(1)))).rejects.toMatchObject({ kind: 'full' })
}

describe('room in the file of LMDB', () => {
  it('is made before it is needed, and kept', async () => {
    await room.admit(change(1))
    const first = await fileBytes()
    expect(first).toBeGreaterThanOrEqual(5 * MIB)
    expect(room.admit(change(1))).toBeUndefined()
    await room.admit(change(8 * MIB))
    expect(await fileBytes()).toBeGreaterThanOrEqual(8 * MIB + 4 * MIB)
    expect(disk.openFiles).toBe(0)
  })

  it('comes in pieces that the system keeps small, each at a multiple of their size', async () => {
    const PIECE = 2 ** 16
    const writes: { start: number; end: number }[] = []
    const openForAppend = async (name: string): Promise<DiskFile> => {
      const file = await disk.openForAppend(name)
      const append = async (buffers: readonly Uint8Array[]): Promise<void> => {
        const start = await file.size()
        await file.append(buffers)
        writes.push({ start, end: await file.size() })
      }
      return Object.assign(Object.create(file) as DiskFile, { append })
    }
    const watched = Object.assign(Object.create(disk) as Disk, { openForAppend })
    const odd = await disk.openForAppend(path)
    await odd.append([Buffer.alloc(MIB + 5)])
    await odd.close()
    room = new LmdbRoom({ disk: watched, clock, path, usedBytes: () => usedBytes, pageBytes: 4096 })
    await room.admit(change(1))
    expect(writes.length).toBeGreaterThan(64)
    expect(writes.slice(1).filter(({ start }) => start % PIECE !== 0)).toEqual([])
    expect(writes.filter(({ start, end }) => end - start > PIECE || end % PIECE !== 0)).toEqual([])
  })

  it('is given back by changes that took less than they might have', async () => {
    await room.admit(change(1))
    const before = await fileBytes()
    for (let count = 0; count < 1000; count++) {
      expect(room.admit(change(20_000))).toBeUndefined()
      room.settle(change(20_000))
    }
    expect(await fileBytes()).toBe(before)
  })

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('refuses additions and takes removals after %s', async (code) => {
    await fill()
    disk.spaceBytes = Infinity
    const heal = disk.inject({ operation: 'append', code })
    clock.advance(1000)
    await expect(Promise.resolve(room.admit(change(1)))).rejects.toMatchObject({ kind: 'full' })
    for (let count = 0; count < 1000; count++) {
      expect(room.admit(removal)).toBeUndefined()
      room.settle(removal)
    }
    heal()
    clock.advance(1000)
    await room.admit(change(1))
    expect((await fileBytes()) - usedBytes).toBeGreaterThan(4 * MIB)
  })

  it('lets additions that come with freeing have half of the reserve, and no more', async () => {
    await fill()
    const marker = change(1, { usesReserve: true })
    expect(room.admit(marker)).toBeUndefined()
    usedBytes += 2 * MIB
    room.settle(marker)
    clock.advance(1000)
    await expect(Promise.resolve(room.admit(marker))).rejects.toMatchObject({ kind: 'full' })
    expect(room.admit(removal)).toBeUndefined()
  })

  it('lets many removals at once wait for each other rather than fail', async () => {
    await fill()
    const many: Change = { ...removal, remove: Array.from({ length: 500 }, () => Buffer.of(1)) }
    expect(room.admit(many)).toBeUndefined()
    let admitted = false
    const second = Promise.resolve(room.admit(many)).then(() => (admitted = true))
    await new Promise(setImmediate)
    expect(admitted).toBe(false)
    room.settle(many)
    await second
    expect(admitted).toBe(true)
  })

  it('counts what a disk gave before it was full', async () => {
    disk.spaceBytes = 4.5 * MIB
    await room.admit(change(1))
    expect(await fileBytes()).toBe(4.5 * MIB)
    await expect(Promise.resolve(room.admit(change(MIB)))).rejects.toMatchObject({ kind: 'full' })
  })
})
