import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { bunzip2 } from '../../../packages/server/src/select/records/bytes/bunzip2.ts'
import { bzip2 } from '../../support/select-files.ts'
import { objectOf } from '../../support/select-objects.ts'
import { type FuzzTarget, latin1, laterOutcomeOf } from '../fuzz-target.ts'

/** A few bytes may stand for many. */
const MOST_BYTES = 1_000_000

/** Streams of bzip2: the same whatever the chunks they come in. */
export const selectBzip2: FuzzTarget = {
  seeds: Object.values(bzip2).map(latin1),
  words: ['BZh9', '1AY&SY', '\x17rE8P\x90'],
  mostBytes: 2000,
  // Of a block of 900 KB, which may have some fifty bytes.
  mostStepsPerByte: 1_000_000,
  async run(bytes) {
    const whole = await decompress(bytes, bytes.length)
    const pieces = await decompress(bytes, 1 + (bytes.length % 17))
    assert.equal(pieces, whole)
  },
}

async function decompress(bytes: Buffer, chunkBytes: number): Promise<string> {
  const outcome = await laterOutcomeOf(
    async () => {
      const source = objectOf(bytes, Math.max(1, chunkBytes))
      let text = ''
      for await (const chunk of bunzip2(source.read(0, source.sizeBytes))) {
        text += Buffer.from(chunk).toString('latin1')
        if (text.length > MOST_BYTES) break
      }
      return text
    },
    (error) => error instanceof S3Error && error.status === 400,
  )
  return outcome.error ? String(outcome.error) : outcome.value
}
