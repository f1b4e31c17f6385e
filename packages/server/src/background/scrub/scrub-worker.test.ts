import { expect, it, vi } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { buckets, workerProgress } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { ScrubWorker, scrubSettings } from './scrub-worker.ts'

it('rests for the rows that it reads as for the bytes of objects, and looks for no names of buckets', async () => {
  await using metadata = openMemory()
  const at = { bucketName: '', phase: 'rows' } as const
  await transact(metadata, async (transaction) => {
    transaction.put(workerProgress, ['scrub'], { passStartedMilliseconds: 0, at })
    for (let row = 0; row < 2000; row++)
      transaction.put(workerProgress, [`another-${row}`], { passStartedMilliseconds: 0 })
  })
  const scan = vi.spyOn(metadata, 'scan')
  const service = { stores: { metadata }, clock: new MovableClock(new Date(0)) } as unknown as S3Service
  const worker = new ScrubWorker(
    service,
    scrubSettings({ megabytesPerSecond: 0.001, everyDays: 1 }),
    silentLog,
  )
  await worker.step(AbortSignal.timeout(10_000))
  // A thousand rows of some forty bytes each, at a thousand bytes a second.
  expect(worker.restMilliseconds).toBeGreaterThan(20_000)
  expect(worker.restMilliseconds).toBeLessThan(200_000)
  const { start } = buckets.range()
  expect(scan.mock.calls.filter(([range]) => Buffer.compare(range.start, start) === 0)).toEqual([])
})
