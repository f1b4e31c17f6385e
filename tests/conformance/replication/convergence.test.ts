import { expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { tries } from '../../support/sizes.ts'
import { assertConvergence } from './assert-convergence.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'
import { arnOf, remoteOf } from './two-sites.ts'

const both = { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } } as const

it(
  'two buckets for each other come to the same versions, markers and tags',
  { timeout: 120_000 },
  async () => {
    expect.hasAssertions()
    await using room = await ReplicationRoom.open()
    const role = await room.role()
    await assertConvergence(async () => {
      const [one, two] = [await room.bucket(), await room.bucket()]
      await room.replicate(one, role, ruleTo(two, both))
      await room.replicate(two, role, ruleTo(one, both))
      return [
        { room, bucket: one },
        { room, bucket: two },
      ]
    }, tries(40))
  },
)

it('the same of buckets of two servers', { timeout: 120_000 }, async () => {
  const ports = [await freePort(), await freePort()] as const
  const runs = tries(20)
  // Each run has a pair of its own: what was before is not to be told from what comes.
  const open = (port: number, other: number): Promise<ReplicationRoom> => {
    // A room numbers its buckets and its roles together.
    const names = Array.from({ length: 2 * runs }, (_, index) => `replicated-${index + 1}`)
    const destinations = names.map((bucket) => ({
      ...remoteOf(`http://127.0.0.1:${other}`),
      arn: arnOf(`far-${bucket}`),
      bucket,
    }))
    return ReplicationRoom.open({ port, replication: { destinations } })
  }
  await using one = await open(ports[0], ports[1])
  await using two = await open(ports[1], ports[0])
  await assertConvergence(async () => {
    const [bucket, same] = [await one.bucket(), await two.bucket()]
    expect(same).toBe(bucket)
    await one.replicate(bucket, await one.role(), ruleTo(`far-${bucket}`, both))
    await two.replicate(bucket, await two.role(), ruleTo(`far-${bucket}`, both))
    return [
      { room: one, bucket },
      { room: two, bucket },
    ]
  }, runs)
})
