import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { checksumHeader, referenceChecksum } from '../../support/reference-checksums.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { UploadRoom } from './upload-room.ts'

/*
 * What a GET or HEAD of one part tells with `x-amz-checksum-mode`. Source: S3 User Guide, "Checking object integrity", "Using
 * part-level checksums for multipart uploads": the part's checksum, by part number or by a byte range that aligns to the part. Of a
 * checksum of the full object S3 tells none of a part, as its users saw (localstack/localstack#12842, boto/s3transfer#418).
 */

const bodies = [contentOf('first', 40_000), contentOf('second', 70_001), contentOf('third', 3)]
const rangeOf = (index: number): string => {
  const start = Buffer.concat(bodies.slice(0, index)).length
  return `bytes=${start}-${start + (bodies[index]?.length ?? 0) - 1}`
}

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

async function upload(key: string, type: string, contents: readonly Buffer[]): Promise<void> {
  const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': type }
  const created = await room.create(key, headers)
  const list = await Promise.all(
    contents.map(async (body, index) => {
      const ChecksumCRC32 = referenceChecksum('CRC32', body)
      const part = await room.part(created, index + 1, body, { [checksumHeader('CRC32')]: ChecksumCRC32 })
      return { ...part, ChecksumCRC32 }
    }),
  )
  expectSuccess(await room.complete(created, list))
}

describe.each(['GET', 'HEAD'] as const)('%s', (method) => {
  async function told(key: string, query = '', range?: string) {
    const headers = { 'x-amz-checksum-mode': 'ENABLED', ...(range !== undefined && { range }) }
    const answer = await room.objects.request(method, key, { query, headers })
    expect(answer.status).toBe(206)
    return [answer.headers['x-amz-checksum-crc32'], answer.headers['x-amz-checksum-type']]
  }

  describe('of a checksum of checksums', () => {
    beforeAll(() => upload('composite', 'COMPOSITE', bodies))

    it.each([0, 1, 2])('tells that of part %i, by its number and by its range', async (index) => {
      const theirs = [referenceChecksum('CRC32', bodies[index] ?? ''), 'COMPOSITE']
      expect(await told('composite', `partNumber=${index + 1}`)).toEqual(theirs)
      expect(await told('composite', '', rangeOf(index))).toEqual(theirs)
    })

    it.each(['bytes=0-39998', 'bytes=1-39999', 'bytes=0-110000', 'bytes=5-9'])(
      'tells none of the range %s',
      async (range) => {
        expect(await told('composite', '', range)).toEqual([undefined, undefined])
      },
    )

    it('tells that of all parts for all bytes', async () => {
      expect((await told('composite', '', 'bytes=0-'))[0]).toMatch(/-3$/)
    })

    it('in one part is told of that part', async () => {
      await upload('one composite', 'COMPOSITE', bodies.slice(0, 1))
      const theirs = [referenceChecksum('CRC32', bodies[0] ?? ''), 'COMPOSITE']
      expect(await told('one composite', 'partNumber=1')).toEqual(theirs)
    })
  })

  describe('of a checksum of the full object', () => {
    beforeAll(() => upload('full', 'FULL_OBJECT', bodies))

    it.each([0, 1, 2])('tells none of part %i', async (index) => {
      expect(await told('full', `partNumber=${index + 1}`)).toEqual([undefined, undefined])
      expect(await told('full', '', rangeOf(index))).toEqual([undefined, undefined])
    })

    it('tells it of its only part', async () => {
      await upload('one full', 'FULL_OBJECT', bodies.slice(0, 1))
      const theirs = [referenceChecksum('CRC32', bodies[0] ?? ''), 'FULL_OBJECT']
      expect(await told('one full', 'partNumber=1')).toEqual(theirs)
    })
  })
})
