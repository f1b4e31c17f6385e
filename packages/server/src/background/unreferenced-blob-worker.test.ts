import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { systemRandom as random } from '../base/random.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { garbage } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { ContentPins } from '../s3/shared/content/content-pins.ts'
import { UnreferencedBlobWorker } from './unreferenced-blob-worker.ts'

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes that no row names')
}

it.each(['this process', 'another process'])(
  'what %s works on stays, however long that takes',
  async (who) => {
    await using metadata = openMemory({ random })
    await using blobs = openMemoryBlobs({ random })
    const clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
    const pins = new ContentPins(() => {})
    let isForeign = who === 'another process'
    const foreignReads = { mayBeRead: async () => isForeign }
    const sweep = new UnreferencedBlobWorker({
      stores: { metadata, blobs },
      clock,
      pins,
      foreignReads,
      garbageAdded: () => {},
    })
    const { id } = await blobs.write(bytes(), new AbortController().signal)
    if (!isForeign) pins.pin(id)
    const isSwept = async (): Promise<boolean> => {
      clock.advance(16 * 60_000)
      await sweep.step()
      return (await readRow(metadata, garbage, id)) !== undefined
    }
    for (let pass = 0; pass < 10; pass++) expect(await isSwept()).toBe(false)
    isForeign = false
    pins.unpin(id)
    expect(await isSwept()).toBe(true)
  },
)
