import { beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from './clock.ts'
import { Conditions } from './conditions.ts'
import { defaultReserveBytes, DiskReserve } from './disk-reserve.ts'
import { FaultyDisk } from './faulty-disk.ts'
import { silentLog } from './log.ts'
import { MemoryDisk } from './memory-disk.ts'
import { systemRandom } from './random.ts'
import { StorageFault } from './storage-fault.ts'

const MIB = 2 ** 20
const GIB = 1024 * MIB
const clock = new MovableClock(new Date('2026-01-01'))
let disk: FaultyDisk
let conditions: Conditions
let reserve: DiskReserve

beforeEach(async () => {
  disk = new FaultyDisk(new MemoryDisk(clock))
  await disk.makeDirectory('/data')
  conditions = new Conditions(clock, silentLog)
  reserve = new DiskReserve({
    disk,
    random: systemRandom,
    clock,
    conditions,
    folder: '/data',
    name: 'disk-data',
    what: 'data',
    reserveBytes: 100 * MIB,
  })
})

function reasons(): string[] {
  return conditions.list().map(({ reason }) => reason)
}

function aSecondLater(): void {
  clock.advance(1000)
}

describe('the reserve of a disk', () => {
  it.each([
    [48 * MIB, 64 * MIB],
    [10 * GIB, 102.4 * MIB],
    [8192 * GIB, GIB],
  ])('of %d bytes is %d', (totalBytes, bytes) => expect(defaultReserveBytes(totalBytes)).toBe(bytes))

  it('lets writes through, mostly without a look at the disk', async () => {
    disk.freeBytes = 900 * MIB
    await reserve.admit(MIB)
    for (let count = 0; count < 98; count++) expect(reserve.admit(MIB)).toBeUndefined()
    expect(disk.calls.filter(({ operation }) => operation === 'space')).toHaveLength(1)
    await reserve.admit(2 * MIB)
    expect(disk.calls.filter(({ operation }) => operation === 'space')).toHaveLength(2)
  })

  it('refuses writes below it, and takes them again when there is more', async () => {
    disk.freeBytes = 99 * MIB
    await expect(reserve.admit(1)).rejects.toMatchObject({ name: 'StorageFault', kind: 'full' })
    expect(reasons()).toEqual(['the disk of data is full to its reserve: writes are refused'])
    aSecondLater()
    disk.freeBytes = 101 * MIB
    await expect(reserve.admit(1)).rejects.toMatchObject({ kind: 'full' })
    aSecondLater()
    disk.freeBytes = 107 * MIB
    await reserve.admit(1)
    expect(reasons()).toEqual([])
  })

  it('finds by itself that the disk has filled', async () => {
    await reserve.admit(1)
    disk.freeBytes = 0
    expect(await reserve.look()).toBe('the disk of data is full to its reserve: writes are refused')
    await expect(reserve.admit(1)).rejects.toMatchObject({ kind: 'full' })
  })

  it.each([
    ['EDQUOT', 'full', 'the disk of data is full to its reserve: writes are refused'],
    ['ENOSPC', 'full', 'the disk of data is full to its reserve: writes are refused'],
    ['EROFS', 'readOnly', 'the disk of data is read-only: writes are refused'],
  ])('believes a write that failed with %s, and tries again', async (code, kind, reason) => {
    await reserve.admit(1)
    const heal = disk.inject({ operation: 'append', code })
    reserve.met(StorageFault.from(Object.assign(new Error('x'), { code }), 'write'))
    await expect(reserve.admit(1)).rejects.toMatchObject({ kind })
    expect(reasons()).toEqual([reason])
    heal()
    await expect(reserve.admit(1)).rejects.toMatchObject({ kind })
    aSecondLater()
    await reserve.admit(1)
    expect([reasons(), await disk.list('/data'), disk.openFiles]).toEqual([[], [], 0])
  })

  it('finds a file system that is gone, or read-only, by trying', async () => {
    const restore = disk.inject({ operation: 'space', code: 'ENODEV' })
    expect(await reserve.look({ try: true })).toBe('the disk of data cannot be used')
    restore()
    const remount = disk.inject({ operation: 'create', code: 'EROFS' })
    expect(await reserve.look({ try: true })).toBe('the disk of data is read-only: writes are refused')
    remount()
    expect(await reserve.look({ try: true })).toBeUndefined()
    expect(await disk.list('/data')).toEqual([])
  })

  it('refuses no write for a look that failed by an error of the disk', async () => {
    await reserve.admit(MIB)
    const restore = disk.inject({ operation: 'create', code: 'EIO' })
    expect(await reserve.look({ try: true })).toBe('the disk of data cannot be used')
    await reserve.admit(MIB)
    restore()
    await reserve.admit(MIB)
    aSecondLater()
    expect(await reserve.look({ try: true })).toBeUndefined()
  })
})
