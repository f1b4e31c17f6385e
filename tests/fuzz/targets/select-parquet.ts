import assert from 'node:assert/strict'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { readParquet } from '../../../packages/server/src/select/records/parquet/read-parquet.ts'
import { ofPyArrow } from '../../support/select-files.ts'
import { objectOf } from '../../support/select-objects.ts'
import { type FuzzTarget, latin1, laterOutcomeOf } from '../fuzz-target.ts'

/** A few bytes may stand for many rows. */
const MOST_ROWS = 10_000

/** Files of Parquet: nothing is read but of the file, and what is wrong with one is the file's fault. */
export const selectParquet: FuzzTarget = {
  seeds: [
    latin1(ofPyArrow),
    latin1(
      Buffer.from(
        parquetWriteBuffer({
          codec: 'SNAPPY',
          rowGroupSize: 3,
          columnData: [
            { name: 'a', data: [1, 2, null, 4], type: 'INT32' },
            { name: 'b', data: ['x', 'x', 'y', 'x'], type: 'STRING' },
          ],
        }),
      ),
    ),
  ],
  words: ['PAR1', '\x15\x00', '\x15\x02', '\xff\xff\xff\xff\x0f'],
  mostBytes: 1700,
  async run(bytes) {
    await laterOutcomeOf(
      async () => {
        const inner = objectOf(bytes)
        const source = {
          sizeBytes: inner.sizeBytes,
          read(start: number, end: number) {
            assert.ok(start >= 0 && start <= end && end <= bytes.length)
            return inner.read(start, end)
          },
        }
        let rows = 0
        for await (const batch of readParquet(source, { scanRange: undefined, processed() {} })) {
          rows += batch.length
          if (rows > MOST_ROWS) break
        }
      },
      (error) => error instanceof S3Error && error.status === 400,
    )
  },
}
