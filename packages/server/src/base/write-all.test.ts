import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeAll } from './write-all.ts'

describe('writeAll', () => {
  test('however little each write takes, every byte arrives once and in order', async () => {
    const buffers = fc.array(fc.uint8Array({ maxLength: 20 }))
    const takes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(buffers, takes, async (given, takes) => {
        const written: Buffer[] = []
        let turn = 0
        await writeAll(async (rest) => {
          const taken = Buffer.concat(rest).subarray(0, takes[turn++ % takes.length])
          written.push(taken)
          return taken.length
        }, given)
        expect(Buffer.concat(written)).toEqual(Buffer.concat(given))
      }),
    )
  })

  test('a disk that takes nothing is an error, not an endless loop', async () => {
    await expect(writeAll(async () => 0, [Buffer.alloc(1)])).rejects.toThrow('took no bytes')
  })

  test('an error ends it', async () => {
    const failing = writeAll(() => Promise.reject(new Error('EIO')), [Buffer.alloc(1)])
    await expect(failing).rejects.toThrow('EIO')
  })
})
