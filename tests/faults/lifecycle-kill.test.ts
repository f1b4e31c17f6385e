import { describe, expect, it } from 'vitest'
import {
  BUCKET,
  countVersions,
  everything,
  fill,
  OBJECTS,
  putLifecycle,
} from '../conformance/lifecycle/expiring-bucket.ts'
import { createBucket, listKeys } from '../support/buckets.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { setVersioning } from '../support/versioning.ts'

describe('the lifecycle of processes', () => {
  /** A day is as long as an object needs to be seen before it goes. */
  const config = { testing: { enabled: true, dayLengthSeconds: 1, processTimeoutSeconds: 1 } }

  async function untilHidden(server: ServerAddress): Promise<void> {
    await expect.poll(() => listKeys(server, BUCKET), { timeout: 40_000, interval: 200 }).toEqual([])
  }

  it('two on one folder: each object is hidden once', { timeout: 90_000 }, async () => {
    await using folder = await temporaryDirectory()
    await using one = await startServerProcess({ dataDirectory: folder.path, config })
    await using two = await startServerProcess({ dataDirectory: folder.path, config })
    await createBucket(one, BUCKET)
    await setVersioning(one, BUCKET, 'Enabled')
    await putLifecycle(two, everything)
    await fill(one, 300)
    await untilHidden(two)
    const counts = [...(await countVersions(one)).values()]
    expect(counts).toHaveLength(300)
    expect(counts.filter(({ versions, markers }) => versions !== 1 || markers !== 1)).toEqual([])
  })

  it(
    'killed in the middle of a pass, the other goes on: no version lost, none doubled',
    { timeout: 90_000 },
    async () => {
      await using folder = await temporaryDirectory()
      await using one = await startServerProcess({ dataDirectory: folder.path, config })
      await createBucket(one, BUCKET)
      await setVersioning(one, BUCKET, 'Enabled')
      await fill(one, OBJECTS)
      await putLifecycle(one, everything)
      const left = async (): Promise<number> => (await listKeys(one, BUCKET)).length
      await expect.poll(left, { timeout: 40_000, interval: 5 }).toBeLessThan(OBJECTS)
      await one.end('SIGKILL')
      await using two = await startServerProcess({ dataDirectory: folder.path, config })
      await untilHidden(two)
      const counts = [...(await countVersions(two)).values()]
      expect(counts).toHaveLength(OBJECTS)
      expect(counts.filter(({ versions, markers }) => versions !== 1 || markers !== 1)).toEqual([])
    },
  )
})
