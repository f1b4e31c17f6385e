import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { Destinations, QUEUE, withDestinations } from '../notification/notification-room.ts'
import { freePort } from '../../support/free-port.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'
import { makeBucket, remoteOf } from './two-sites.ts'

const MINUTE = 60_000
const timed = {
  Bucket: '',
  ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
  Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
} as const

async function metricsOf({ server }: ReplicationRoom): Promise<string> {
  return (await fetch(`${server.url}/-/metrics`)).text()
}

it(
  'what waits for more than a quarter of an hour is told once, and that it came after all',
  { timeout: 60_000 },
  async () => {
    const port = await freePort()
    const told = new Destinations()
    const remote = { ...remoteOf(`http://127.0.0.1:${port}`), isHoldfast: true }
    const replication = { destinations: [remote] }
    await using here = await ReplicationRoom.open({
      ...withDestinations(told),
      replication,
      metrics: { buckets: 10 },
    })
    await makeBucket(here, 'here')
    await here.replicate('here', await here.role(), ruleTo('away', { Destination: timed }))
    const rule = { QueueArn: QUEUE, Id: 'q', Events: ['s3:Replication:*' as const] }
    const NotificationConfiguration = { QueueConfigurations: [rule] }
    await here.client.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: 'here', NotificationConfiguration }),
    )
    const versionId = await here.put('here', 'key', { Body: 'x'.repeat(100) })
    await here.server.settle()
    here.server.clock.advance(14 * MINUTE)
    await here.put('here', 'later', { Body: 'x'.repeat(11) })
    await here.server.settle()
    expect(told.records(QUEUE)).toEqual([])
    here.server.clock.advance(2 * MINUTE)
    for (let time = 0; time < 2; time++) await here.server.settle()
    const about = (eventName: string) => ({
      eventVersion: '2.5',
      eventName: `Replication:${eventName}`,
      s3: { object: { key: 'key', versionId, size: 100 } },
      replicationEventData: {
        replicationRuleId: 'to away',
        destinationBucket: 'arn:aws:s3:::away',
        s3Operation: 'OBJECT_PUT',
      },
    })
    expect(told.records(QUEUE)).toMatchObject([about('OperationMissedThreshold')])
    const text = await metricsOf(here)
    const labels = '{bucket="here",rule="to away",destination="away"}'
    expect(text).toContain(`holdfast_replication_rule_pending_operations${labels} 2`)
    expect(text).toContain(`holdfast_replication_rule_pending_bytes${labels} 111`)
    expect(text).toMatch(/^holdfast_replication_rule_latency_seconds\{.*\} 96\d(\.\d+)?$/m)

    await using there = await ReplicationRoom.open({ port })
    await makeBucket(there, 'there')
    there.server.clock.advance(here.server.clock.now().getTime() - there.server.clock.now().getTime())
    here.server.clock.advance(10_000)
    for (let time = 0; time < 2; time++) await here.server.settle()
    expect(await there.status('there', 'key', versionId)).toBe('REPLICA')
    expect(told.records(QUEUE)).toMatchObject([about('OperationReplicatedAfterThreshold')])
    const after = await metricsOf(here)
    expect(after).not.toContain('holdfast_replication_rule_pending_operations{')
  },
)

it('rules without time control tell nobody', async () => {
  const told = new Destinations()
  const replication = { destinations: [{ ...remoteOf('http://127.0.0.1:9'), isHoldfast: true }] }
  await using here = await ReplicationRoom.open({ ...withDestinations(told), replication })
  await makeBucket(here, 'here')
  await here.replicate('here', await here.role(), ruleTo('away'))
  const rule = { QueueArn: QUEUE, Id: 'q', Events: ['s3:Replication:*' as const] }
  const NotificationConfiguration = { QueueConfigurations: [rule] }
  await here.client.send(
    new PutBucketNotificationConfigurationCommand({ Bucket: 'here', NotificationConfiguration }),
  )
  await here.put('here', 'key')
  here.server.clock.advance(20 * MINUTE)
  for (let time = 0; time < 2; time++) await here.server.settle()
  expect(told.records(QUEUE)).toEqual([])
  // Names of buckets are for those alone who may know them.
  expect(await metricsOf(here)).not.toContain('holdfast_replication_rule_')
})
