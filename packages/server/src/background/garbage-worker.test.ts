import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom as random } from '../base/random.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { contentReads } from '../metadata/tables/worker-tables.ts'
import { garbage } from '../metadata/tables/tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { ContentPins } from '../s3/shared/content/content-pins.ts'
import { GarbageWorker } from './garbage-worker.ts'
import { openProcesses } from './processes.ts'

const TIMEOUT_MILLISECONDS = 30_000

/** A store that two processes share, one of which reads a blob that the other frees. */
async function shared(removalEndsReads: boolean) {
  const metadata = openMemory({ random })
  const blobs = Object.assign(openMemoryBlobs({ random }), { removalEndsReads })
  const clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
  const open = () =>
    openProcesses({ metadata, clock, random, log: silentLog, timeoutMilliseconds: TIMEOUT_MILLISECONDS })
  const [{ foreignReads }, reader] = [open(), open()]
  await reader.presence.start()
  const worker = new GarbageWorker({ metadata, blobs }, new ContentPins(() => {}), foreignReads)
  const source = async function* () {
    yield Buffer.from('bytes of an object')
  }
  const { id } = await blobs.write(source(), new AbortController().signal)
  const isThere = async (): Promise<boolean> => {
    await worker.step()
    for await (const found of blobs.list()) if (found === id) return true
    return false
  }
  return {
    id,
    clock,
    reader,
    isThere,
    letGo: () => transact(metadata, (transaction) => transaction.put(garbage, [id], { kind: 'blob', id })),
    isAnnounced: async () =>
      (await readRow(metadata, contentReads, id, reader.presence.processId)) !== undefined,
  }
}

it('a blob that another process may be reading stays until that has ended, where its removal would end the reading', async () => {
  const { id, clock, reader, isThere, letGo, isAnnounced } = await shared(true)
  reader.longReads.begin(id)
  await letGo()
  expect(await isThere()).toBe(true)
  clock.advance(TIMEOUT_MILLISECONDS)
  await expect.poll(isAnnounced).toBe(true)
  for (let time = 0; time < 3; time++) {
    expect(await isThere()).toBe(true)
    clock.advance(TIMEOUT_MILLISECONDS - 1)
    // It says that it lives.
    await turn()
  }
  reader.longReads.end(id)
  await expect.poll(isAnnounced).toBe(false)
  expect(await isThere()).toBe(false)
  await reader.presence.stop()
})

it('a file is removed at once, since whoever has it open reads on, but for one that is opened again and again', async () => {
  const read = await shared(false)
  read.reader.longReads.begin(read.id)
  await read.letGo()
  expect(await read.isThere()).toBe(false)
  await read.reader.presence.stop()

  const { id, reader, isThere, letGo, isAnnounced } = await shared(false)
  reader.longReads.begin(id)
  await reader.longReads.announce(id)
  await letGo()
  expect(await isThere()).toBe(true)
  reader.longReads.end(id)
  await expect.poll(isAnnounced).toBe(false)
  expect(await isThere()).toBe(false)
  await reader.presence.stop()
})
