import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom as random } from '../base/random.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import type { GarbageRow } from '../metadata/tables/rows.ts'
import { garbage } from '../metadata/tables/tables.ts'
import { backupHold, serverProcesses } from '../metadata/tables/worker-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { ContentPins } from '../s3/shared/content/content-pins.ts'
import { GarbageWorker } from './garbage-worker.ts'
import { openProcesses } from './processes.ts'

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes of an object')
}

/** A store that a server works on, and a process beside it that backs it up. */
function opened() {
  const metadata = openMemory({ random })
  const blobs = openMemoryBlobs({ random })
  const clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
  const processes = () =>
    openProcesses({ metadata, clock, random, log: silentLog, timeoutMilliseconds: 30_000 })
  const server = processes()
  const worker = new GarbageWorker({ metadata, blobs }, new ContentPins(() => {}), server.foreignReads)
  const letGo = async (kind: Exclude<GarbageRow['kind'], 'annotations'> = 'blob'): Promise<string> => {
    const { id } = await blobs.write(bytes(), new AbortController().signal)
    await transact(metadata, async (transaction) => transaction.put(garbage, [id], { kind, id }))
    return id
  }
  const isThere = async (id: string): Promise<boolean> => {
    await worker.step()
    for await (const found of blobs.list()) if (found === id) return true
    return false
  }
  return { metadata, clock, processes, letGo, isThere }
}

it.each(['blob', 'strangeBlob'] as const)('a %s stays while a backup is under way', async (kind) => {
  const { processes, letGo, isThere } = opened()
  const { presence, backupHold: hold } = processes()
  await presence.start()
  await hold.take()
  const id = await letGo(kind)
  for (let step = 0; step < 3; step++) expect(await isThere(id)).toBe(true)
  expect(await hold.isKept()).toBe(true)
  await hold.release()
  await presence.stop()
  expect(await isThere(id)).toBe(false)
})

it('a backup that died keeps nothing, and one that was taken for dead is told', async () => {
  const { metadata, clock, processes, letGo, isThere } = opened()
  const { presence, backupHold: hold } = processes()
  await presence.start()
  await hold.take()
  const id = await letGo()
  // Though the clock is set it goes on saying that it lives.
  clock.advance(3_600_000)
  await clock.sleep(0)
  expect(await isThere(id)).toBe(true)
  // A machine that slept: its word is an hour old.
  const [entry] = await metadata.scan({ ...serverProcesses.range(), limit: 1 })
  const word = entry && serverProcesses.decode(entry)
  await presence.stop()
  const aliveUntilMilliseconds = (word?.aliveUntilMilliseconds ?? 0) - 3_600_000
  await transact(metadata, async (transaction) => {
    const late = { startedMilliseconds: 0, aliveUntilMilliseconds }
    if (entry) transaction.put(serverProcesses, serverProcesses.parts(entry.key), late)
  })
  expect(await isThere(id)).toBe(false)
  expect(await hold.isKept()).toBe(false)
})

it('a backup that was killed while the clock was ahead keeps nothing once that is set right', async () => {
  const { clock, processes, letGo, isThere } = opened()
  const { presence, backupHold: hold } = processes()
  const right = clock.now()
  clock.advance(2 * 3_600_000)
  await presence.start()
  await hold.take()
  clock.set(right)
  expect(await isThere(await letGo())).toBe(false)
  const next = processes()
  await next.presence.start()
  await next.backupHold.take()
  await next.presence.stop()
  await presence.stop()
})

it('there is one backup at a time, and the next one does not wait for a dead one', async () => {
  const { clock, processes } = opened()
  const [first, second] = [processes(), processes()]
  await first.presence.start()
  await first.backupHold.take()
  await second.presence.start()
  await expect(second.backupHold.take()).rejects.toThrow('Another backup of this store is under way')
  await second.presence.stop()
  await first.presence.stop()
  const third = processes()
  await third.presence.start()
  await third.backupHold.take()
  expect(await third.backupHold.isKept()).toBe(true)
  // What is not its own it leaves.
  await first.backupHold.release()
  expect(await third.backupHold.isKept()).toBe(true)
  clock.advance(1)
  await third.presence.stop()
})

it('a hold that cannot be read keeps nothing', async () => {
  const { metadata, letGo, isThere } = opened()
  await metadata.commit({
    expect: [],
    put: [{ key: backupHold.key(), value: Buffer.from('\u0002damaged') }],
    remove: [],
  })
  expect(await isThere(await letGo())).toBe(false)
  expect(await readRow(metadata, backupHold)).toBeUndefined()
})
