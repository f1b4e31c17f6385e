import { expect, it, vi } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { Conditions } from '../base/conditions.ts'
import type { Disk } from '../base/disk.ts'
import { FaultyDisk } from '../base/faulty-disk.ts'
import { silentLog } from '../base/log.ts'
import { MemoryDisk } from '../base/memory-disk.ts'
import { systemRandom } from '../base/random.ts'
import { readWholeFile } from '../base/whole-file.ts'
import { AuditLog, type AuditLogSettings } from './audit-log.ts'
import type { AuditRecord } from './audit-record.ts'
import { AuditSpool } from './audit-spool.ts'

const SETTINGS: AuditLogSettings = {
  directory: '/data/audit',
  rotateBytes: 1000,
  keepMilliseconds: 2 * 86_400_000,
  isRequired: true,
  isSentOn: false,
}

async function opened(settings: Partial<AuditLogSettings> = {}) {
  const clock = new MovableClock(new Date('2026-01-01T12:00:00Z'))
  const disk = new FaultyDisk(new MemoryDisk(clock))
  const conditions = new Conditions(clock, silentLog)
  const parts = { disk, clock, conditions, random: systemRandom, settings: { ...SETTINGS, ...settings } }
  const log = new AuditLog(parts)
  await log.start()
  return { log, clock, disk, conditions }
}

const record = (requestId: string): AuditRecord => ({
  time: '2026-01-01T12:00:00.000Z',
  requestId,
  status: 200,
  milliseconds: 1,
  who: { principal: 'anonymous' },
  from: {},
  what: { operation: 'GetObject' },
})

/** What each file has, the oldest first: request ids, or how many were lost. */
async function filesOf(disk: Disk): Promise<unknown[][]> {
  const names = (await disk.list(SETTINGS.directory)).toSorted()
  const texts = await Promise.all(names.map((name) => readWholeFile(disk, `${SETTINGS.directory}/${name}`)))
  return texts.map((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const told = JSON.parse(line) as Partial<AuditRecord> & { lost?: number }
        return told.requestId ?? told.lost
      }),
  )
}

const written = ({ log, disk }: { log: AuditLog; disk: Disk }, count: number) =>
  vi.waitFor(async () => {
    expect(log.counts.written).toBe(count)
    return filesOf(disk)
  })

it('lets many that follow a crowd come together, but no longer than 5 ms, and writes the rest when it stops', async () => {
  const audit = await opened()
  const syncs = () => audit.disk.calls.filter(({ operation }) => operation === 'sync').length
  for (const id of ['a', 'b', 'c', 'd', 'e']) audit.log.note(record(id))
  await written(audit, 5)
  for (const id of ['f', 'g', 'h', 'i', 'j']) {
    audit.log.note(record(id))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect([audit.log.counts.written, syncs()]).toEqual([5, 1])
  audit.clock.advance(5)
  await written(audit, 10)
  audit.log.note(record('k'))
  await audit.log.stop()
  expect([(await filesOf(audit.disk)).flat().at(-1), syncs()]).toEqual(['k', 3])
})

it('writes all that comes together at once, and begins another file where one is large or a day is over', async () => {
  const audit = await opened()
  for (const id of ['a', 'b', 'c']) audit.log.note(record(id))
  expect(await written(audit, 3)).toEqual([['a', 'b', 'c']])
  expect(audit.disk.calls.filter(({ operation }) => operation === 'sync')).toHaveLength(1)
  audit.clock.advance(12 * 3_600_000)
  audit.log.note(record('d'))
  expect(await written(audit, 4)).toEqual([['a', 'b', 'c'], ['d']])
  audit.clock.advance(1)
  for (let more = 0; more < 8; more++) audit.log.note(record(`e${more}`))
  await written(audit, 12)
  audit.clock.advance(5)
  audit.log.note(record('f'))
  const files = await written(audit, 13)
  expect(files).toHaveLength(3)
  expect(files[2]).toEqual(['f'])
  await audit.log.stop()
  expect(audit.disk.openFiles).toBe(0)
})

it('removes its own old files, and no others', async () => {
  const audit = await opened()
  audit.log.note(record('a'))
  await written(audit, 1)
  const notes = await audit.disk.create(`${SETTINGS.directory}/audit-notes.txt`)
  await notes.close()
  audit.clock.advance(3 * 86_400_000)
  audit.log.note(record('b'))
  await written(audit, 2)
  const names = await audit.disk.list(SETTINGS.directory)
  expect(names.toSorted()).toEqual([expect.stringMatching(/^audit-2026-01-04T/), 'audit-notes.txt'])
})

it('keeps what a disk does not take, refuses requests meanwhile, and tells', async () => {
  const audit = await opened()
  const mend = audit.disk.inject({ operation: 'append', code: 'ENOSPC' })
  audit.log.note(record('a'))
  await vi.waitFor(() => expect(audit.log.refuses).toBe(true))
  expect(audit.conditions.list()).toMatchObject([{ name: 'audit-log', effect: 'unready' }])
  audit.log.note(record('b'))
  mend()
  audit.clock.advance(1000)
  const files = await written(audit, 2)
  expect(files.flat()).toEqual(['a', 'b'])
  expect([audit.log.refuses, audit.conditions.list()]).toEqual([false, []])
})

it('where it is not required, requests go on, and what is too much to keep is told as lost', async () => {
  const audit = await opened({ isRequired: false })
  const mend = audit.disk.inject({ operation: 'append', code: 'EIO' })
  const large = { ...record('x'), refusedBy: ['x'.repeat(9 * 1024 * 1024)] }
  for (let more = 0; more < 3; more++) audit.log.note(large)
  await vi.waitFor(() => expect(audit.conditions.list()).toMatchObject([{ effect: 'degraded' }]))
  expect([audit.log.refuses, audit.log.counts.lost]).toEqual([false, 2])
  mend()
  audit.clock.advance(1000)
  expect((await written(audit, 1)).flat()).toEqual([2, 'x'])
  audit.clock.advance(1)
  audit.log.note(record('y'))
  expect((await written(audit, 2)).flat()).toEqual([2, 'x', 'y'])
})

it('keeps no more however often a slow disk fails', async () => {
  const audit = await opened({ isRequired: false })
  const large = { ...record('x'), refusedBy: ['x'.repeat(9 * 1024 * 1024)] }
  // While a write fails as much comes as there is room for.
  audit.disk.before = (operation) => {
    if (operation === 'append') audit.log.note(large)
    return undefined
  }
  const mend = audit.disk.inject({ operation: 'append', code: 'EIO' })
  audit.log.note(large)
  const failures = () => audit.disk.calls.filter(({ operation }) => operation === 'append').length
  await vi.waitFor(() => {
    audit.clock.advance(1000)
    expect(failures()).toBe(3)
  })
  audit.disk.before = undefined
  mend()
  await vi.waitFor(() => {
    audit.clock.advance(1000)
    expect(audit.log.counts.written).toBeGreaterThan(0)
  })
  expect(audit.log.counts).toEqual({ written: 1, lost: 3 })
  await audit.log.stop()
})

it('a server that ends while the disk takes nothing does not wait for it', async () => {
  const audit = await opened()
  audit.disk.inject({ operation: 'append', code: 'EIO' })
  audit.log.note(record('a'))
  await vi.waitFor(() => expect(audit.log.refuses).toBe(true))
  await audit.log.stop()
  expect(audit.disk.openFiles).toBe(0)
})

it('what has yet to be sent on is kept, however old it is, and removed when it was sent', async () => {
  const audit = await opened({ isSentOn: true })
  audit.log.note(record('a'))
  await written(audit, 1)
  const [old = ''] = await audit.disk.list(SETTINGS.directory)
  for (const [at, id] of ['b', 'c', 'd'].entries()) {
    audit.clock.advance(86_400_000)
    audit.log.note(record(id))
    await written(audit, at + 2)
  }
  expect(await audit.disk.list(SETTINGS.directory)).toContain(old)
  const spool = new AuditSpool(audit.disk, systemRandom, SETTINGS.directory)
  for (let batch = await spool.next(); batch; batch = await spool.next()) await spool.sent(batch)
  audit.clock.advance(86_400_000)
  audit.log.note(record('e'))
  await vi.waitFor(async () => {
    const left = await audit.disk.list(SETTINGS.directory)
    expect(left.some((name) => name.startsWith(old))).toBe(false)
    expect(left.length).toBeGreaterThan(1)
  })
  await audit.log.stop()
})
