import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Change } from '../../../packages/server/src/metadata/ordered-store.ts'
import { FaultyStore } from '../../faults/faulty-store.ts'
import { JobRoom } from './job-room.ts'

/** Commits take a while, in which others may come. */
class SlowStore extends FaultyStore {
  isSlow = false
  underWay = 0
  mostUnderWay = 0

  override async commit(change: Change): Promise<boolean> {
    if (!this.isSlow) return super.commit(change)
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay)
    await sleep(2)
    this.underWay--
    return super.commit(change)
  }
}

it('commits of several objects are made together, and of copies one after the other', async () => {
  let store: SlowStore | undefined
  await using room = await JobRoom.open({ wrapMetadata: (inner) => (store = new SlowStore(inner)) })
  const [bucket, RoleArn] = [await room.bucket(), await room.role()]
  const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`)
  await room.put(bucket, ...keys)
  const Manifest = await room.manifest(keys.map((key) => `${bucket},${key}`))
  const mostOf = async (Operation: object): Promise<number> => {
    if (!store) throw new Error('a server has metadata')
    Object.assign(store, { isSlow: true, mostUnderWay: 0 })
    const job = await room.run({ Operation, Manifest, RoleArn })
    store.isSlow = false
    expect(job.ProgressSummary?.NumberOfTasksSucceeded).toBe(20)
    return store.mostUnderWay
  }
  expect(await mostOf({ S3PutObjectTagging: { TagSet: [{ Key: 'a', Value: 'b' }] } })).toBeGreaterThanOrEqual(
    8,
  )
  const copy = { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'copies' }
  // Besides, other workers have something to commit now and then.
  expect(await mostOf({ S3PutObjectCopy: copy })).toBeLessThan(8)
})
