import { beforeAll, describe, expect, it } from 'vitest'
import { type Disk, systemDisk } from '../../../packages/server/src/base/disk.ts'
import { contentOf } from '../../support/content.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { EncryptionRoom, type ModeName } from './encryption-room.ts'

const MIB = 1024 ** 2
const SIZE_BYTES = 16 * MIB
const PART_BYTES = 4 * MIB
const MOST_BYTES = 1.4 * MIB

/** Counts the bytes that are asked of files. */
let readBytes = 0
const disk: Disk = {
  ...systemDisk,
  async openForRead(path) {
    const file = await systemDisk.openForRead(path)
    return {
      async read(buffer, position) {
        const count = await file.read(buffer, position)
        readBytes += count
        return count
      },
      append: (buffers) => file.append(buffers),
      sync: () => file.sync(),
      size: () => file.size(),
      close: () => file.close(),
    }
  },
}

let room: EncryptionRoom
let bucket: string
const content = contentOf('ranges', SIZE_BYTES)
beforeAll(async () => {
  const folder = await temporaryDirectory()
  room = await EncryptionRoom.open({ dataDirectory: folder.path, disk })
  bucket = await room.access.bucket()
  return async () => {
    await room[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

// What is read follows from the range alone, not from the size of the object: the ciphers' own tests have 10 GiB.
describe.each<ModeName>(['AES256', 'aws:kms:dsse', 'SSE-C'])('1 MiB of an object with %s', (name) => {
  const starts = [0, 1, 7 * MIB + 12_345, SIZE_BYTES - MIB]

  async function expectFew(key: string): Promise<void> {
    for (const start of starts) {
      readBytes = 0
      const range = `bytes=${start}-${start + MIB - 1}`
      const got = await room.get(bucket, key, { ...room.mode(name).read, range })
      expect([got.status, got.body.equals(content.subarray(start, start + MIB))]).toEqual([206, true])
      expect(readBytes).toBeGreaterThanOrEqual(MIB)
      expect(readBytes).toBeLessThanOrEqual(MOST_BYTES)
    }
  }

  it('in one piece touches 1.4 MiB at most', { timeout: 60_000 }, async () => {
    await room.put(bucket, 'whole', content, room.mode(name).write)
    await expectFew('whole')
  })

  it('in parts touches 1.4 MiB at most', { timeout: 60_000 }, async () => {
    const parts = [0, 1, 2, 3].map((index) => content.subarray(index * PART_BYTES, (index + 1) * PART_BYTES))
    await room.putParts(bucket, 'parts', parts, room.mode(name))
    starts.push(PART_BYTES - 1000)
    await expectFew('parts')
  })
})
